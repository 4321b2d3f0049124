import { expect, test } from "vitest";
import { Reached } from "../../../cli/backfill/reached.ts";

test("what is reached has no gap before it, whatever was done first", () => {
  const reached = new Reached();
  const [a, b, c] = ["a", "b", "c"].map((key) => reached.begin(key));
  b?.();
  expect(reached.key).toBeNull();
  a?.();
  expect(reached.key).toBe("b");
  reached.begin("d");
  expect(reached.key).toBe("b");
  c?.();
  expect(reached.key).toBe("c");
});

test("a key whose versions come in pieces is reached with the last of them", () => {
  const reached = new Reached();
  reached.begin("a")();
  const [first, second] = [reached.begin("b"), reached.begin("b")];
  expect(reached.key).toBe("a");
  first();
  reached.begin("c")();
  expect(reached.key).toBe("a");
  second();
  expect(reached.key).toBe("b");
});

test("the last key that was begun may have more versions", () => {
  const reached = new Reached();
  reached.begin("a")();
  expect(reached.key).toBeNull();
  reached.begin("b");
  expect(reached.key).toBe("a");
});
