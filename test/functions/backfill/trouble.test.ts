import { DisableKeyCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import type { SQSRecord } from "aws-lambda";
import { beforeAll, expect, test } from "vitest";
import { lastBackfill } from "#aws/backfill/backfills";
import type { Alert } from "#core/alert/schema";
import type { Backfill } from "#core/backfill/backfill";
import { backfillMove, backfillStart } from "#core/backfill/messages";
import { type BackfillDesk, backfillDesk, keysOf } from "../../support/batch/backfill-desk.ts";
import { recordOf } from "../../support/batch/object-desk.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { removeBucket } from "../../support/local-aws/remove-bucket.ts";

/**
 * What goes wrong between the first batch of a backfill and the second one: it ends, says what
 * became of every object and why, and nothing is called as declared that was not looked at.
 */
const aws = localAws();
const [FIRST, SECOND] = [50, 10];
const EVERYTHING = { prefix: "", versions: "all", since: null, until: null } as const;
let desk: BackfillDesk;

beforeAll(async () => {
  desk = await backfillDesk(aws);
});

/** A backfill whose first batch is done, and the second one. */
async function halfDone(): Promise<[bucket: string, rest: SQSRecord[]]> {
  const bucket = await desk.bucketOf(keysOf(FIRST + SECOND));
  await desk.start(bucket);
  const batches = await desk.batches();
  const isFirst = ({ body }: SQSRecord) => body.includes('"0000000-00"');
  expect(await desk.look(batches.filter(isFirst))).toBe(0);
  return [bucket, batches.filter((record) => !isFirst(record))];
}

/** Has the lister end it; returns it with what was told of it. */
async function ended(bucket: string): Promise<[Backfill, Alert | undefined]> {
  const { ref, id } = await desk.last(bucket);
  await desk.list({ schema: "bucketseal.backfill/1", ref, id });
  const told = desk.told.filter((alert) => alert.bucket === bucket);
  expect(told.length).toBeLessThanOrEqual(1);
  return [await desk.last(bucket), told[0]];
}

test("the function's role loses a right: the rest is told with S3's refusal", async () => {
  const [bucket, rest] = await halfDone();
  const { s3 } = await aws.user([
    { Effect: "Allow", Action: ["s3:*", "kms:*"], Resource: "*" },
    { Effect: "Deny", Action: "s3:UpdateObjectEncryption", Resource: "*" },
  ]);
  const looker = { ...desk.looker, clients: { ...desk.looker.clients, objects: s3 } };
  expect(await desk.look(rest, looker)).toBe(0);
  const [{ state, counts, samples }, told] = await ended(bucket);
  expect(state).toBe("done");
  expect(counts).toMatchObject({ looked: FIRST + SECOND, outcomes: { changed: FIRST } });
  expect(samples[0]?.reason).toContain("UpdateObjectEncryption");
  expect(told?.severity).not.toBe("info");
});

test("the function's role may no longer look: nothing of the rest is called as declared", async () => {
  const [bucket, rest] = await halfDone();
  const { s3 } = await aws.user([{ Effect: "Allow", Action: "s3:ListBucket", Resource: "*" }]);
  const looker = { ...desk.looker, clients: { ...desk.looker.clients, objects: s3 } };
  await desk.look(rest, looker);
  const [{ state, counts }] = await ended(bucket);
  expect(state).toBe("done");
  expect(counts.outcomes).toEqual({ changed: FIRST, unreadable: SECOND });
});

test("the bucket is deleted while its objects are looked at: the rest is gone", async () => {
  const [bucket, rest] = await halfDone();
  await removeBucket(aws.root().s3, bucket);
  expect(await desk.look(rest)).toBe(0);
  const [{ state, counts }] = await ended(bucket);
  expect(state).toBe("done");
  expect(counts).toMatchObject({ looked: FIRST + SECOND, outcomes: { changed: FIRST, gone: SECOND } });
});

test("it is paused: the rest is left alone until it is resumed, and then done once", async () => {
  const [bucket, rest] = await halfDone();
  const ref = desk.refOf(bucket);
  await desk.list(backfillMove(ref, "dana", "pause"));
  expect(await desk.look(rest)).toBe(0);
  expect(await desk.last(bucket)).toMatchObject({ state: "paused", done: 1, counts: { looked: FIRST } });
  expect(await desk.encryptionOf(bucket, "k0055")).toBe("AES256");
  await desk.list(backfillMove(ref, "dana", "resume"));
  const again = await desk.batches();
  expect(again).toHaveLength(1);
  expect(await desk.look([...again, ...rest])).toBe(0);
  const [{ state, counts }] = await ended(bucket);
  expect({ state, outcomes: counts.outcomes }).toEqual({ state: "done", outcomes: { changed: FIRST + SECOND } });
});

test("it is cancelled: the rest stays as it is, and the alert says how far it was", async () => {
  const [bucket, rest] = await halfDone();
  await desk.list(backfillMove(desk.refOf(bucket), "dana", "cancel"));
  expect(await desk.look(rest)).toBe(0);
  const [{ state }, told] = await ended(bucket);
  expect(state).toBe("cancelled");
  expect(told?.backfill).toMatchObject({ state: "cancelled", listed: FIRST + SECOND, looked: FIRST });
  expect(await desk.encryptionOf(bucket, "k0055")).toBe("AES256");
});

test("another one is started: it joins, and a bucket never has two at work", async () => {
  const [bucket, rest] = await halfDone();
  const { id } = await desk.last(bucket);
  await desk.start(bucket, { prefix: "k00" });
  expect(await desk.last(bucket)).toMatchObject({ id, selection: { prefix: "" } });
  expect(await desk.batches()).toEqual([]);
  expect(await desk.look(rest)).toBe(0);
  const [{ state, counts }] = await ended(bucket);
  expect({ state, outcomes: counts.outcomes }).toEqual({ state: "done", outcomes: { changed: FIRST + SECOND } });
});

test("a bucket of another account or Region is nobody's here: nothing is listed, and the message is put aside", async () => {
  const bucket = await desk.bucketOf(["a"]);
  const ref = desk.refOf(bucket);
  for (const elsewhere of [
    { ...ref, account: "999988887777" },
    { ...ref, region: "eu-west-1" },
  ]) {
    expect(await desk.list(backfillStart(elsewhere, "mallory", EVERYTHING))).toBe(false);
    expect(await lastBackfill(desk.lister.ledger, elsewhere)).toBeNull();
  }
  expect(await desk.calls(bucket)).not.toContain("ListObjectVersions");
});

test("a batch names what the lister wrote into the ledger, whatever a message says", async () => {
  const [bucket] = await halfDone();
  await desk.put(bucket, "unlisted", { ServerSideEncryption: "AES256" });
  const { ref, id } = await desk.last(bucket);
  const batch = { schema: "bucketseal.objects/1", ref, backfill: id, objects: [["unlisted", null]] };
  expect(
    await desk.look([recordOf({ ...batch, batch: "0000000-01" }), recordOf({ ...batch, batch: "0000009-00" })]),
  ).toBe(0);
  expect(await desk.encryptionOf(bucket, "unlisted")).toBe("AES256");
  expect(await desk.last(bucket)).toMatchObject({ done: 2, counts: { outcomes: { changed: FIRST + SECOND } } });
});

test("the key is disabled: the rest is held, because of the key", async () => {
  // Of its own: what is known of a key is kept for some seconds.
  desk = await backfillDesk(aws);
  const [bucket, rest] = await halfDone();
  const kms = { KeyId: desk.key };
  await aws.root().kms.send(new DisableKeyCommand(kms));
  expect(await desk.look(rest)).toBe(0);
  await aws.root().kms.send(new EnableKeyCommand(kms));
  const [{ state, counts, samples }, told] = await ended(bucket);
  expect({ state, outcomes: counts.outcomes }).toEqual({ state: "done", outcomes: { changed: FIRST, held: SECOND } });
  expect(samples[0]).toMatchObject({ outcome: "held", reason: expect.stringMatching(/disabled/i) });
  expect(told).toMatchObject({ outcome: "held", backfill: { state: "done" }, objects: { counts: { held: SECOND } } });
});
