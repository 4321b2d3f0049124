import { describe, expect, test } from "vitest";
import { field, many, text } from "#core/event/loose";

describe("JSON that was XML", () => {
  test.each<[unknown, string[], unknown]>([
    [{ a: { b: 1 } }, ["a", "b"], 1],
    [{ a: 1 }, [], { a: 1 }],
    [{ a: null }, ["a"], null],
    [{ a: null }, ["a", "b"], undefined],
    [{ a: "text" }, ["a", "length"], undefined],
    [{ a: 1 }, ["b"], undefined],
    [null, ["a"], undefined],
    [undefined, ["a"], undefined],
    ["text", ["length"], undefined],
    [{}, ["toString"], undefined],
    [{}, ["constructor", "name"], undefined],
    [["x"], ["0"], "x"],
  ])("such as %j has at %j the value %j", (value, path, found) => {
    expect(field(value, ...path)).toEqual(found);
  });

  test.each<[unknown, unknown[]]>([
    [
      [1, 2],
      [1, 2],
    ],
    [[], []],
    [{ a: 1 }, [{ a: 1 }]],
    ["x", ["x"]],
    [0, [0]],
    [false, [false]],
    ["", []],
    [null, []],
    [undefined, []],
  ])("such as %j has the elements %j", (value, elements) => {
    expect(many(value)).toEqual(elements);
  });

  test.each<[unknown, string | undefined]>([
    ["x", "x"],
    ["", ""],
    [12, "12"],
    [true, "true"],
    [null, undefined],
    [{}, undefined],
    [["x"], undefined],
    [undefined, undefined],
  ])("such as %j has the text %j", (value, held) => {
    expect(text(value)).toBe(held);
  });
});
