import { describe, expect, test } from "vitest";
import { longest } from "#core/cut";
import { noCounts } from "#core/sweep/counts";
import { batchSchema, resumeMessage, startMessage, sweepMessage } from "#core/sweep/messages";

test("a person's messages are read as they were made, however long the person's name is", () => {
  for (const made of [
    startMessage("arn:aws:iam::111122223333:user/dana"),
    startMessage("dana", "222222222222"),
    startMessage("dana", "all"),
    resumeMessage("push", "x".repeat(5000)),
    resumeMessage("sweep", "dana", "222222222222"),
  ]) {
    expect(sweepMessage.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
    expect(made.by.length).toBeLessThanOrEqual(longest.arn);
  }
});

describe("no message is", () => {
  const start = startMessage("dana");
  const batch = {
    schema: "bucketseal.batch/1",
    run: "r1",
    batch: "0123456789abcdef",
    names: ["invoices"],
    again: [],
    counts: noCounts,
  };

  test("unless it is whole", () => {
    expect(batchSchema.safeParse(batch).success).toBe(true);
  });

  test.each([
    ["of another kind", { ...start, kind: "purge" }],
    ["by nobody", { ...start, by: "" }],
    ["with a field too many", { ...start, delete: true }],
    ["with a run that is a path", { schema: "bucketseal.names/1", run: "../r", token: null }],
    ["with an endless token", { schema: "bucketseal.names/1", run: "r", token: "x".repeat(5000) }],
    ["of an account that is none", { ...start, account: "2222" }],
    ["unknown", { schema: "bucketseal.other/1" }],
    ["nothing", null],
  ])("one %s", (_what, message) => {
    expect(sweepMessage.safeParse(message).success).toBe(false);
  });

  test.each([
    ["with more than ten names", { ...batch, names: Array.from({ length: 11 }, (_, at) => `bucket-${at}`) }],
    ["with a name that S3 does not allow", { ...batch, names: ["a/b"] }],
    ["with counts below nothing", { ...batch, counts: { ...noCounts, held: -1 } }],
    ["with a batch of another form", { ...batch, batch: "#" }],
    ["with a wait that is none", { ...batch, again: [{ bucket: "invoices", after: ["forever"], since: null }] }],
  ])("a batch %s", (_what, message) => {
    expect(batchSchema.safeParse(message).success).toBe(false);
  });
});
