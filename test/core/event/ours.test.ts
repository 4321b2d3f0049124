import { expect, test } from "vitest";
import { z } from "zod";
import { isOurs, ours, refSchema } from "#core/event/ours";
import { ref } from "../../support/core/world.ts";

const schema = ours("bucketseal.test/1", { ref: refSchema, why: z.string() });
const message = { schema: "bucketseal.test/1", ref, why: "a test" };

test("a message of our own is read as it was sent", () => {
  expect(schema.parse(message)).toEqual(message);
});

test.each<[string, object]>([
  ["of another version", { ...message, schema: "bucketseal.test/2" }],
  ["that says more", { ...message, more: 1 }],
  ["that says less", { ...message, why: undefined }],
  ["whose bucket says more", { ...message, ref: { ...ref, plan: "write" } }],
])("a message %s is not ours", (_, given) => {
  expect(schema.safeParse(given).success).toBe(false);
});

test.each([
  ["an account that is none", { account: "1" }],
  ["a Region that is none", { region: "here" }],
  ["a Region of another partition", { region: "cn-north-1" }],
  ["another partition than the Region's", { partition: "aws-cn" }],
  ["a bucket that no bucket can be called", { bucket: "a/b" }],
])("a message of our own must name its bucket in full: %s", (_, change) => {
  const ref = { partition: "aws", account: "111122223333", region: "eu-west-1", bucket: "invoices" };
  expect(refSchema.safeParse(ref).success).toBe(true);
  expect(refSchema.safeParse({ ...ref, ...change }).success).toBe(false);
});

test("a message of our own is recognised by its schema alone", () => {
  expect(isOurs({ schema: "bucketseal.work/9", more: 1 })).toBe(true);
  for (const other of [{ schema: "other" }, { schema: 1 }, {}, null, "bucketseal.work/1"]) {
    expect(isOurs(other)).toBe(false);
  }
});
