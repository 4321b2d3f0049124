import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { beforeAll, describe, expect, test } from "vitest";
import { pendingBatches } from "#aws/backfill/object-batches";
import type { BackfillMessage } from "#core/backfill/messages";
import { backfillMove, backfillStart } from "#core/backfill/messages";
import { RetryableError } from "#core/retryable";
import type { BackfillShared } from "../../../functions/backfill/shared.ts";
import { type BackfillDesk, backfillDesk, keysOf } from "../../support/batch/backfill-desk.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { removeBucket } from "../../support/local-aws/remove-bucket.ts";
import { ODD_KEYS } from "../../support/odd-keys.ts";

/** Whatever is killed when: a page is listed once, an object is written once and counted once. */
const aws = localAws();
const all = { prefix: "", versions: "all", since: null, until: null } as const;
let desk: BackfillDesk;

beforeAll(async () => {
  desk = await backfillDesk(aws);
});

type Sends = { send(command: object): Promise<unknown> };

/** A client that runs `first` before its first call of a name, or a later one. */
function before<C>(client: C, name: string, first: () => Promise<void>, at = 1): C {
  let calls = 0;
  const send = async (command: object) => {
    if (command.constructor.name === name && ++calls === at) await first();
    return (client as Sends).send(command);
  };
  return Object.assign(Object.create(client as object), { send });
}

/** A client that is cut off at its first call of a name, or a later one. */
function cutOff<C>(client: C, name: string, at = 1): C {
  return before(client, name, () => Promise.reject(new RetryableError("cut off")), at);
}

function withLedger<S extends { readonly ledger: { dynamodb: DynamoDBClient; table: string } }>(
  shared: S,
  change: (dynamodb: DynamoDBClient) => DynamoDBClient,
): S {
  return { ...shared, ledger: { ...shared.ledger, dynamodb: change(shared.ledger.dynamodb) } };
}

describe("a lister", () => {
  const keys = keysOf(60);
  const sqsCutOff = (): BackfillShared => {
    const { clients } = desk.lister;
    return { ...desk.lister, clients: { ...clients, sqs: cutOff(clients.sqs, "SendMessageBatchCommand") } };
  };
  const ends = async (bucket: string, again: BackfillMessage, id: string) => {
    expect(await desk.list(again, { receives: 2, id })).toBe(false);
    const batches = await desk.batches();
    expect(await desk.look(batches)).toBe(0);
    const { listed, pages, batches: made, done, counts } = await desk.last(bucket);
    expect({ listed, pages, made, done }).toEqual({ listed: 60, pages: 1, made: 2, done: 2 });
    expect(counts).toMatchObject({ looked: 60, outcomes: { changed: 60 }, how: { update: 60 }, movedBytes: 0 });
    expect(batches).toHaveLength(2);
    const { ref, id: backfill } = await desk.last(bucket);
    await desk.list({ schema: "bucketseal.backfill/1", ref, id: backfill });
    expect((await desk.last(bucket)).state).toBe("done");
  };

  test("that is killed before it has written a page lists it again", async () => {
    const bucket = await desk.bucketOf(keys);
    const start = backfillStart(desk.refOf(bucket), "dana", all);
    const { clients } = desk.lister;
    const killed = { ...desk.lister, clients: { ...clients, s3: cutOff(clients.s3, "ListObjectVersionsCommand") } };
    expect(await desk.list(start, { shared: killed, id: "one" })).toBe(true);
    expect(await desk.last(bucket)).toMatchObject({ state: "listing", pages: 0, listed: 0 });
    await ends(bucket, start, "one");
  });

  test("that is killed between the page and its messages sends them, and lists nothing twice", async () => {
    const bucket = await desk.bucketOf(keys);
    const start = backfillStart(desk.refOf(bucket), "dana", all);
    expect(await desk.list(start, { shared: sqsCutOff(), id: "two" })).toBe(true);
    expect(await desk.last(bucket)).toMatchObject({ pages: 1, listed: 60, batches: 2, done: 0 });
    await ends(bucket, start, "two");
  });
});

test("a list of several pages goes on after the page that was written, and names every object once", async () => {
  const many = keysOf(510);
  const bucket = await desk.bucketOf(many);
  const start = backfillStart(desk.refOf(bucket), "dana", all);
  const { clients } = desk.lister;
  const s3 = cutOff(clients.s3, "ListObjectVersionsCommand", 2);
  expect(await desk.list(start, { shared: { ...desk.lister, clients: { ...clients, s3 } }, id: "pages" })).toBe(true);
  expect(await desk.last(bucket)).toMatchObject({ state: "listing", pages: 1, listed: 500, point: { key: "k0499" } });
  await desk.batches();
  await desk.calls(bucket);
  expect(await desk.list(start, { receives: 2, id: "pages" })).toBe(false);
  expect((await desk.calls(bucket)).filter((api) => api === "ListObjectVersions")).toHaveLength(1);
  expect(await desk.last(bucket)).toMatchObject({ state: "running", pages: 2, listed: 510, batches: 11 });
  const named: string[] = [];
  for await (const { objects } of pendingBatches(desk.lister.ledger, await desk.last(bucket)))
    named.push(...objects.map(([key]) => key));
  expect(named).toEqual(many);
  await desk.batches();
});

test("a lister that is killed after the second page sends what it wrote of it, and nothing of the first again", async () => {
  const bucket = await desk.bucketOf(keysOf(510));
  const start = backfillStart(desk.refOf(bucket), "dana", all);
  const { clients } = desk.lister;
  const sqs = cutOff(clients.sqs, "SendMessageBatchCommand", 2);
  expect(await desk.list(start, { shared: { ...desk.lister, clients: { ...clients, sqs } }, id: "second" })).toBe(true);
  expect(await desk.last(bucket)).toMatchObject({ pages: 2, listed: 510, batches: 11, done: 0 });
  expect(await desk.batches()).toHaveLength(10);
  expect(await desk.list(start, { receives: 2, id: "second" })).toBe(false);
  const rest = await desk.batches();
  expect(rest).toHaveLength(1);
  expect(await desk.look(rest)).toBe(0);
  const counts = { looked: 10, outcomes: { changed: 10 } };
  expect(await desk.last(bucket)).toMatchObject({ state: "running", listed: 510, done: 1, counts });
});

test("a bucket that is deleted between two pages: the list has failed, says why, and what was listed is gone", async () => {
  const bucket = await desk.bucketOf(keysOf(510));
  const { clients } = desk.lister;
  const gone = () => removeBucket(aws.root().s3, bucket);
  const s3 = before(clients.s3, "ListObjectVersionsCommand", gone, 2);
  const shared = { ...desk.lister, clients: { ...clients, s3 } };
  expect(await desk.list(backfillStart(desk.refOf(bucket), "dana", all), { shared })).toBe(false);
  expect(await desk.last(bucket)).toMatchObject({ state: "failed", why: expect.stringContaining("NoSuchBucket") });
  expect(desk.told.filter((alert) => alert.bucket === bucket)).toMatchObject([
    { outcome: "unreadable", backfill: { state: "failed", listed: 500 } },
  ]);
  await desk.look(await desk.batches());
  expect((await desk.last(bucket)).counts.outcomes.changed).toBeUndefined();
});

test("keys that XML and SQS cannot carry are listed, sent and written like others", async () => {
  const bucket = await desk.bucketOf(ODD_KEYS);
  await desk.start(bucket);
  await desk.look(await desk.batches());
  const { counts, samples } = await desk.last(bucket);
  expect(samples).toEqual([]);
  expect(counts).toMatchObject({ looked: ODD_KEYS.length, outcomes: { changed: ODD_KEYS.length } });
});

describe("a batch", () => {
  test("that is delivered twice, one after the other or at once, is counted once", async () => {
    const bucket = await desk.bucketOf(keysOf(3));
    await desk.start(bucket);
    const [batch, ...others] = await desk.batches();
    if (batch === undefined || others.length > 0) throw new Error("not one batch");
    await Promise.all([desk.look([batch]), desk.look([batch])]);
    expect(await desk.look([batch])).toBe(0);
    expect(await desk.last(bucket)).toMatchObject({ done: 1, counts: { looked: 3, outcomes: { changed: 3 } } });
  });

  test("that is cut off after its writes counts them as changed when it is delivered again", async () => {
    const bucket = await desk.bucketOf(keysOf(3));
    await desk.put(bucket, "right", { ServerSideEncryption: "aws:kms", SSEKMSKeyId: desk.key, BucketKeyEnabled: true });
    await desk.start(bucket);
    const batches = await desk.batches();
    const killed = withLedger(desk.looker, (dynamodb) => cutOff(dynamodb, "TransactWriteItemsCommand"));
    expect(await desk.look(batches, killed)).toBe(1);
    expect(await desk.encryptionOf(bucket, "k0000")).toBe("aws:kms");
    expect(await desk.last(bucket)).toMatchObject({ done: 0, counts: { looked: 0 } });
    await desk.calls(bucket);
    expect(await desk.look(batches)).toBe(0);
    expect(await desk.calls(bucket)).not.toContain("UpdateObjectEncryption");
    expect((await desk.last(bucket)).counts).toMatchObject({
      looked: 4,
      outcomes: { changed: 3, "left alone": 1 },
      how: { update: 3 },
    });
  });

  test("that another invocation writes meanwhile counts what that one wrote, though it never ended", async () => {
    const bucket = await desk.bucketOf(keysOf(3));
    await desk.start(bucket);
    const batches = await desk.batches();
    const killed = withLedger(desk.looker, (dynamodb) => cutOff(dynamodb, "TransactWriteItemsCommand"));
    const { clients } = desk.looker;
    const first = async () => void (await desk.look(batches, killed));
    const second = { ...clients, objects: before(clients.objects, "HeadObjectCommand", first) };
    expect(await desk.look(batches, { ...desk.looker, clients: second })).toBe(0);
    expect((await desk.last(bucket)).counts).toMatchObject({ looked: 3, outcomes: { changed: 3 } });
  });
});

describe("a backfill", () => {
  test("whose bucket cannot be listed to the last fails, says why, and goes on once a person has it so", async () => {
    const bucket = await desk.bucketOf(keysOf(3));
    const start = backfillStart(desk.refOf(bucket), "dana", all);
    const { clients } = desk.lister;
    const unavailable = {
      ...desk.lister,
      clients: { ...clients, s3: cutOff(clients.s3, "ListObjectVersionsCommand") },
    };
    expect(await desk.list(start, { shared: unavailable, receives: 12, id: "last" })).toBe(false);
    const failed = await desk.last(bucket);
    expect(failed).toMatchObject({
      state: "failed",
      why: expect.stringMatching(/^the bucket cannot be listed: .*cut off/),
    });
    const about = desk.told.filter((alert) => alert.bucket === bucket);
    expect(about).toMatchObject([{ outcome: "unreadable", backfill: { state: "failed" }, reasons: [failed.why] }]);
    expect(await desk.list(backfillMove(failed.ref, "dana", "resume"))).toBe(false);
    await desk.look(await desk.batches());
    expect(await desk.last(bucket)).toMatchObject({
      state: "running",
      why: null,
      counts: { outcomes: { changed: 3 } },
    });
  });

  test("whose batches wait behind those of another one sends none again, and does not fail", async () => {
    const bucket = await desk.bucketOf(keysOf(3));
    await desk.start(bucket);
    const { ref, id } = await desk.last(bucket);
    desk.advance(60 * 60);
    const goOn = { schema: "bucketseal.backfill/1", ref, id } as const;
    expect(await desk.list(goOn, { hops: 10 })).toBe(false);
    expect(await desk.last(bucket)).toMatchObject({ state: "running", why: null });
    expect(await desk.batches()).toHaveLength(1);
  });

  test("whose batches nobody looks at sends them again, and fails in the end", async () => {
    const bucket = await desk.bucketOf(keysOf(3));
    await desk.start(bucket);
    const { ref, id } = await desk.last(bucket);
    const goOn = { schema: "bucketseal.backfill/1", ref, id } as const;
    expect(await desk.batches()).toHaveLength(1);
    await desk.list(goOn);
    expect(await desk.batches()).toEqual([]);
    desk.advance(11 * 60);
    await desk.list(goOn);
    expect(await desk.batches()).toHaveLength(1);
    expect(await desk.list(goOn, { hops: 10 })).toBe(false);
    const failed = await desk.last(bucket);
    expect(failed).toMatchObject({ state: "failed", why: expect.stringContaining("0 of 1 batches are done") });
    const late = await desk.batches();
    expect(await desk.look(late)).toBe(0);
    expect(await desk.encryptionOf(bucket, "k0000")).toBe("AES256");
    await desk.list(backfillMove(ref, "dana", "resume"));
    await desk.look(await desk.batches());
    await desk.list(goOn);
    expect(await desk.last(bucket)).toMatchObject({ state: "done", counts: { looked: 3, outcomes: { changed: 3 } } });
  });
});
