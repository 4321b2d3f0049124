import { expect, test } from "vitest";
import { batchesOfPage } from "#core/backfill/batch";
import { backfillMessage, backfillMove, backfillStart, objectBatchSchema } from "#core/backfill/messages";
import { isSelected } from "#core/backfill/selection";
import { longest } from "#core/cut";

const ref = { partition: "aws", account: "111122223333", region: "eu-central-1", bucket: "invoices" };
const all = { prefix: "", versions: "all", since: null, until: null } as const;

test("a person's messages are read as they were made, however long the person's name is", () => {
  for (const made of [backfillStart(ref, "x".repeat(5000), all), backfillMove(ref, "dana", "pause")]) {
    expect(backfillMessage.parse(JSON.parse(JSON.stringify(made)))).toEqual(made);
    expect(made.by.length).toBeLessThanOrEqual(longest.arn);
  }
  const least = { schema: "bucketseal.backfill-start/1", ref, by: "dana" };
  expect(backfillMessage.parse(least)).toEqual({ ...least, ...all, versions: "current" });
});

test.each([
  { schema: "bucketseal.backfill-move/1", ref, to: "stop", by: "dana" },
  { schema: "bucketseal.backfill/1", ref, id: "a/b" },
  { schema: "bucketseal.backfill/1", ref: { ...ref, partition: "aws-cn" }, id: "a" },
  { schema: "bucketseal.backfill-start/1", ref, by: "dana", since: "yesterday" },
])("no message is %j", (message) => {
  expect(backfillMessage.safeParse(message).success).toBe(false);
});

test("a page becomes messages of at most 50 names and of few bytes, each with an id of its own", () => {
  const short = Array.from({ length: 120 }, (_, at) => [`k${at}`, "v"] as const);
  const batches = batchesOfPage(12, short);
  expect(batches.map(({ id, objects }) => [id, objects.length])).toEqual([
    ["0000012-00", 50],
    ["0000012-01", 50],
    ["0000012-02", 20],
  ]);
  const odd = Array.from({ length: 50 }, () => ["\u0001".repeat(1024), null] as const);
  const parts = batchesOfPage(0, odd);
  expect(parts.length).toBe(6);
  expect(parts.flatMap(({ objects }) => objects)).toEqual(odd);
  for (const { id, objects } of [...batches, ...parts]) {
    const message = { schema: "bucketseal.objects/1", ref, backfill: "b1", batch: id, objects };
    expect(objectBatchSchema.safeParse(JSON.parse(JSON.stringify(message))).success).toBe(true);
    expect(JSON.stringify(message).length).toBeLessThan(62_000);
  }
  expect(batchesOfPage(0, [])).toEqual([]);
});

test("what is selected is written since then, before then, and current unless all versions are", () => {
  const listed = { key: "a", versionId: "v", isCurrent: false, lastModified: "2026-11-02T00:00:00.000Z" };
  expect(isSelected(all, listed)).toBe(true);
  expect(isSelected({ ...all, versions: "current" }, listed)).toBe(false);
  expect(isSelected({ ...all, versions: "current" }, { ...listed, isCurrent: true })).toBe(true);
  expect(isSelected({ ...all, since: listed.lastModified }, listed)).toBe(true);
  expect(isSelected({ ...all, since: "2026-11-02T00:00:00.001Z" }, listed)).toBe(false);
  expect(isSelected({ ...all, until: listed.lastModified }, listed)).toBe(false);
  expect(isSelected({ ...all, until: "2026-11-02T00:00:00.001Z" }, listed)).toBe(true);
});
