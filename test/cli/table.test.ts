import { expect, test } from "vitest";
import { table } from "../../cli/terminal/table.ts";

test("a table's columns are as wide as their longest cells", () => {
  expect(table(["a", "long title"], [["first", "x"]])).toEqual(["a      long title", "first  x"]);
});

test("a table without rows is nothing", () => {
  expect(table(["a"], [])).toEqual([]);
});

test("a table that must fit has its widest columns cut, and no others", () => {
  const rows = [["1", "x".repeat(100), "y".repeat(60), "short"]];
  const lines = table(["n", "one", "two", "three"], rows, 40);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  expect(lines[1]).toMatch(/^1 {2}x+… {2}y+… {2}short$/);
});

test("a table that fits anyway is not cut", () => {
  expect(table(["n"], [["12345"]], 5)).toEqual(["n", "12345"]);
});

test("only the column that is too wide is cut, as far as it must", () => {
  expect(table(["n", "m"], [["12345", "x".repeat(50)]], 20)[1]).toBe(`12345  ${"x".repeat(12)}…`);
});
