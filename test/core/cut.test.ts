import { expect, test } from "vitest";
import { cut } from "#core/cut";

test.each([
  ["abcdef", 6, "abcdef"],
  ["abcdef", 5, "abcd…"],
  ["abcdef", 1, "…"],
  ["", 1, ""],
  ["ab😀cd", 4, "ab…"],
  ["ab😀cd", 5, "ab😀…"],
])("%j within %i is %s", (text, max, expected) => {
  expect(cut(text, max)).toBe(expected);
});
