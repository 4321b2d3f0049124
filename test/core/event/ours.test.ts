import { expect, test } from "vitest";
import { z } from "zod";
import { ours, refSchema } from "#core/event/ours";
import { ref } from "../../support/core/world.ts";

const schema = ours("bucketseal.test/1", { ref: refSchema, why: z.string() });
const message = { schema: "bucketseal.test/1", ref, why: "a test" };

test("a message of ours is read as it was sent", () => {
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
