import { expect, test } from "vitest";
import { Brake } from "../../../functions/lanes/brake.ts";

test("an account is left alone after four failures in a row, longer each time, and others are not", () => {
  let now = 0;
  const brake = new Brake(() => now);
  const fail = () => brake.note("111122223333", true);
  for (const _ of [1, 2, 3]) fail();
  expect(brake.secondsLeft("111122223333")).toBe(0);
  fail();
  // Those that were under way do not count.
  for (const _ of [1, 2, 3]) fail();
  expect(brake.secondsLeft("111122223333")).toBe(15);
  expect(brake.secondsLeft("222222222222")).toBe(0);
  now += 15_000;
  expect(brake.secondsLeft("111122223333")).toBe(0);
  fail();
  expect(brake.secondsLeft("111122223333")).toBe(30);
  now += 30_000;
  brake.note("111122223333", false);
  for (const _ of [1, 2, 3]) fail();
  expect(brake.secondsLeft("111122223333")).toBe(0);
});

test("it remembers the last accounts only", () => {
  const brake = new Brake(() => 0);
  for (const _ of [1, 2, 3, 4]) brake.note("first", true);
  for (let at = 0; at < 1_000; at++) brake.note(String(at), true);
  expect(brake.secondsLeft("first")).toBe(0);
});
