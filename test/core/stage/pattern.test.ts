import { expect, test } from "vitest";
import { canonicalPattern } from "#core/stage/pattern";

test("a pattern is the same text in any order of its fields, whatever its account and Region", () => {
  const deployed = {
    account: ["1"],
    region: ["r"],
    source: ["aws.s3"],
    detail: { b: ["x", "y"], a: [{ exists: false }] },
  };
  const read = { detail: { a: [{ exists: false }], b: ["x", "y"] }, source: ["aws.s3"], region: ["s"] };
  expect(canonicalPattern(deployed)).toBe(canonicalPattern(read));
  expect(canonicalPattern(read)).toBe('{"detail":{"a":[{"exists":false}],"b":["x","y"]},"source":["aws.s3"]}');
});

test.each([
  ["a value that is missing", { source: ["aws.s3"], detail: { b: ["x"] } }],
  ["a condition more", { source: ["aws.s3"], detail: { b: ["x", "y"], c: [null] } }],
  ["another source", { source: ["mine"], detail: { b: ["x", "y"] } }],
])("%s makes it another", (_what, pattern) => {
  expect(canonicalPattern(pattern)).not.toBe(canonicalPattern({ source: ["aws.s3"], detail: { b: ["x", "y"] } }));
});
