import type { DynamoDBRecord } from "aws-lambda";
import { expect, test } from "vitest";
import { streamChange } from "../../../functions/policy/stream.ts";

test("a record of the policy table's stream is a change with what was before and after", () => {
  const image = { pk: { S: "POLICY" }, sk: { S: "CURRENT" }, version: { N: "2" } };
  const Keys = { pk: { S: "POLICY" }, sk: { S: "CURRENT" } };
  expect(streamChange({ dynamodb: { Keys, NewImage: image } })).toEqual({
    key: { pk: "POLICY", sk: "CURRENT" },
    before: null,
    after: image,
  });
  expect(streamChange({ dynamodb: { Keys, OldImage: image } }).before).toEqual(image);
});

test("an empty record is ignored", () => {
  expect(streamChange({} as DynamoDBRecord)).toEqual({ key: { pk: "", sk: "" }, before: null, after: null });
});
