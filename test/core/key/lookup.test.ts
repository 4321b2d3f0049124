import { expect, test } from "vitest";
import { lookup } from "../../support/core/lookup.ts";

test("two requests for the same key are one call", () => {
  const at = lookup({});
  at.key("a");
  at.pin("a");
  at.key("a");
  at.pin("a");
  at.pin("b");
  expect(at.needs()).toEqual([
    { fact: "key", arn: "a" },
    { fact: "pin", alias: "a" },
    { fact: "pin", alias: "b" },
  ]);
});
