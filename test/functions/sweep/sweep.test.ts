import { DeleteBucketEncryptionCommand, type ListBucketsCommand } from "@aws-sdk/client-s3";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { saveState } from "#aws/ledger/bucket-state";
import { partitionOf } from "#core/names";
import { MAX_HOPS } from "#core/stage/queue";
import { startMessage } from "#core/sweep/messages";
import { metrics } from "../../../functions/runtime/telemetry.ts";
import { account, region } from "../../support/batch/hub.ts";
import { type RunDesk, removeBuckets, ruleOf, runDesk } from "../../support/batch/run-desk.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

/**
 * Sweeps by the two functions, in this process on a local AWS: what was sent twice, lost, or late.
 */
const aws = localAws();
const start = startMessage("dana");
let root: Clients;
let desk: RunDesk;
let names: string[];

beforeAll(() => {
  root = aws.root();
});

beforeEach(async () => {
  desk = await runDesk(root);
  const encryption = { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: true };
  await desk.hub.push([{ match: { buckets: ["fn-*"] }, encryption }]);
  names = [];
});

afterEach(async () => {
  vi.restoreAllMocks();
  await removeBuckets(root, names);
});

async function make(count: number, isWrong = false): Promise<string[]> {
  const made = await desk.make(count, isWrong);
  names.push(...made);
  return made;
}

/** What the functions called since, by API. */
async function callsSince(from: number): Promise<readonly string[]> {
  return (await aws.calls()).slice(from).map(({ api }) => api);
}

const calls = async () => (await aws.calls()).length;

/** Starts a sweep and has its names listed; nothing is looked at yet. */
async function listed(): Promise<void> {
  desk.own.splice(0);
  await desk.tell(start);
  await desk.tell(desk.own.splice(0, 1)[0]?.body ?? start);
}

test("a sweep repairs, counts, tells once what differs, and is done; the same again tells nothing", async () => {
  const [wrong = ""] = await make(1, true);
  await make(11);
  const counted = vi.spyOn(metrics, "addMetric");
  await desk.tell(start);
  await desk.drain();
  expect(await ruleOf(root, wrong)).toEqual(desk.rule);
  expect(await desk.current()).toBeNull();
  const first = await desk.last();
  expect(first).toMatchObject({ by: "dana", counts: { seen: 12, repaired: 1, failed: 0 } });
  expect(counted).toHaveBeenCalledWith("Sweep seen", "Count", 12);
  expect(counted).toHaveBeenCalledWith("Sweep repaired", "Count", 1);
  expect(counted).toHaveBeenCalledWith("Sweep seconds", "Seconds", expect.any(Number));
  const told = await desk.hub.alerts();
  expect(told.map(({ outcome, run }) => [outcome, run?.id])).toEqual([
    ["changed", undefined],
    ["changed", first?.run],
  ]);

  const others = () => Promise.all(names.filter((name) => name !== wrong).map((name) => desk.state(name)));
  const states = await others();
  for (const repaired of [0, 0]) {
    desk.later(1);
    const from = await calls();
    await desk.tell(start);
    await desk.drain();
    expect((await desk.last())?.counts).toMatchObject({ seen: 12, repaired });
    // As declared: a read of each, and nothing written about any.
    const apis = await callsSince(from);
    expect(apis.filter((api) => api.startsWith("GetBucket"))).toEqual(Array(12).fill("GetBucketEncryption"));
    expect(await others()).toEqual(states);
  }
  // That nothing is repaired any more differs from the first, once.
  expect((await desk.hub.alerts()).map(({ run }) => run?.counts.repaired)).toEqual([0]);
});

test("a batch delivered twice counts once and looks once; at the same moment it counts once", async () => {
  await make(3);
  await listed();
  const [batch] = desk.lane.splice(0);
  if (batch === undefined) throw new Error("there is no batch");
  const from = await calls();
  expect(await desk.look(batch)).toBe(0);
  expect(await desk.look(batch)).toBe(0);
  expect((await callsSince(from)).filter((api) => api === "GetBucketEncryption")).toHaveLength(3);
  expect((await desk.current())?.counts.seen).toBe(3);

  await desk.drain();
  await listed();
  const [again] = desk.lane.splice(0);
  if (again === undefined) throw new Error("there is no batch");
  await Promise.all([desk.look(again), desk.look(again)]);
  expect((await desk.current())?.counts.seen).toBe(3);
});

test("batches that come together are begun and ended by one call each, also where one is done or comes twice", async () => {
  await make(34);
  await desk.tell(start);
  await desk.drain();
  desk.later(1);
  await listed();
  const [done, ...rest] = desk.lane.splice(0);
  if (done === undefined || rest.length !== 3) throw new Error("34 buckets are four batches");
  expect(await desk.look(done)).toBe(0);
  const from = await calls();
  expect(await desk.look(done, ...rest, ...rest)).toBe(0);
  const apis = await callsSince(from);
  expect(apis.filter((api) => api === "BatchGetItem")).toHaveLength(1);
  expect(apis.filter((api) => api === "TransactWriteItems")).toHaveLength(1);
  expect(await desk.current()).toMatchObject({ done: 4, counts: { seen: 34 } });
  await desk.drain();
  expect((await desk.last())?.counts.seen).toBe(34);
});

test("of batches that come together each is ended by itself where another delivery was faster with one", async () => {
  await make(20);
  await listed();
  const [one, other] = desk.lane.splice(0);
  if (one === undefined || other === undefined) throw new Error("20 buckets are two batches");
  // Both deliveries have read that neither is done before either ends one.
  await Promise.all([desk.look(one, other), desk.look(one, other)]);
  expect(await desk.current()).toMatchObject({ done: 2, counts: { seen: 20 } });
  await desk.drain();
  expect((await desk.last())?.counts.seen).toBe(20);
});

test("two starts at the same moment make one run; a start delivered twice goes on with its own, also when that is over", async () => {
  await make(2);
  await Promise.all([desk.tell(start, "one"), desk.tell(start, "two")]);
  expect(desk.own.filter(({ body }) => body.schema === "bucketseal.names/1")).toHaveLength(1);
  const run = await desk.current();
  await desk.tell(start, run?.message);
  expect((await desk.current())?.id).toBe(run?.id);
  await desk.drain();
  expect(await desk.last()).toMatchObject({ run: run?.id, counts: { seen: 2 } });
  await desk.tell(start, run?.message);
  expect(await desk.current()).toBeNull();
});

test("a run that died is gone on with by the next start, with its pending batches only", async () => {
  await make(23);
  await listed();
  expect(desk.lane).toHaveLength(3);
  const [done] = desk.lane.splice(0);
  if (done === undefined) throw new Error("there is no batch");
  await desk.look(done);
  const { id } = (await desk.current()) ?? {};
  desk.later(4);
  await desk.tell(start);
  expect(desk.lane).toEqual([]);
  desk.later(2);
  await desk.tell(start);
  expect((await desk.current())?.id).toBe(id);
  expect(desk.lane).toHaveLength(2);
  expect(desk.lane.map(({ body }) => body.batch)).not.toContain(done.body.batch);
  await desk.drain();
  expect(await desk.last()).toMatchObject({ run: id, counts: { seen: 23 } });
});

test("a run that died while its names were being listed is listed anew, and no batch is made twice", async () => {
  await make(12);
  await desk.tell(start);
  const lost = desk.own.splice(0).filter(({ body }) => body.schema === "bucketseal.names/1");
  expect(lost).toHaveLength(1);
  desk.later(6);
  await desk.tell(start);
  await Promise.all([1, 2].map(() => desk.tell(desk.own[0]?.body ?? start)));
  expect((await desk.current())?.batches).toBe(2);
  await desk.drain();
  expect((await desk.last())?.counts.seen).toBe(12);
});

test("a failing look is tried again with its bucket alone, and in the end is in the lane's dead-letter queue and counted", async () => {
  const made = await make(3);
  const [broken = ""] = made;
  await listed();
  const waits: number[] = [];
  await withFaults(aws.endpoint, [{ kind: "error500", bucket: broken, api: "GetBucketEncryption" }], async () => {
    for (let hops = 1; hops <= MAX_HOPS; hops++) {
      const [batch] = desk.lane.splice(0);
      if (batch === undefined) throw new Error(`nothing was sent after ${hops} hops`);
      const from = await calls();
      expect(await desk.look(batch)).toBe(0);
      if (hops === 1) continue;
      expect(batch).toMatchObject({ hops, body: { names: [], again: [{ bucket: broken }], counts: { seen: 2 } } });
      const read = (await aws.calls()).slice(from).filter(({ api }) => api === "GetBucketEncryption");
      expect(new Set(read.map(({ bucket }) => bucket))).toEqual(new Set([broken]));
      waits.push(batch.delay);
    }
  });
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  expect(desk.lane).toEqual([]);
  const letters = await desk.hub.waiting(desk.bucket.settings.LANE_DEAD_LETTER_QUEUE_URL);
  expect(letters).toHaveLength(1);
  expect(JSON.parse(letters[0]?.body ?? "{}")).toMatchObject({ names: [], again: [{ bucket: broken }] });
  expect(letters[0]?.cause).toBeTruthy();
  await desk.drain();
  expect((await desk.last())?.counts).toMatchObject({ seen: 3, failed: 1 });
});

test("a bucket that is gone is closed, and looked at by no later sweep", async () => {
  const [gone = "", kept = ""] = await make(2);
  await desk.tell(start);
  await desk.drain();
  await removeBuckets(root, [gone]);
  names = [kept];
  for (const counts of [
    { seen: 2, gone: 1 },
    { seen: 1, gone: 0 },
  ]) {
    desk.later(1);
    await desk.tell(start);
    await desk.drain();
    expect((await desk.last())?.counts).toMatchObject(counts);
    expect((await desk.state(gone)).outcome).toBe("gone");
  }
});

test("2,500 buckets are listed in pages, as many messages as there is time for, and each is in one batch", async () => {
  const all = Array.from({ length: 2_500 }, (_, at) => `fn-${String(at).padStart(5, "0")}`);
  const asked: (string | undefined)[] = [];
  const send = async ({ input }: ListBucketsCommand) => {
    asked.push(input.ContinuationToken);
    const from = Number(input.ContinuationToken ?? 0);
    const next = from + (input.MaxBuckets ?? 0);
    const Buckets = all.slice(from, next).map((Name) => ({ Name, BucketRegion: region }));
    return { Buckets, ContinuationToken: next < all.length ? String(next) : undefined };
  };
  const slow = { ...desk.sweep, clients: { ...desk.sweep.clients, s3: { send } as never } };
  const { listNames } = await import("../../../functions/sweep/list.ts");
  const from = await calls();
  await desk.tell(start);
  // No time for more than a page each.
  for (let at = 0; at < 3; at++) {
    const [next] = desk.own.splice(
      desk.own.findIndex(({ body }) => body.schema === "bucketseal.names/1"),
      1,
    );
    if (next?.body.schema !== "bucketseal.names/1") throw new Error("nothing more is listed");
    expect(next.hops).toBe(at + 1);
    await listNames(slow, next.body, { messageId: "m", hops: next.hops, receives: 1, deadline: 0 });
  }
  expect(asked).toEqual([undefined, "1000", "2000"]);
  expect(await desk.current()).toMatchObject({ state: "running", batches: 250 });
  expect(desk.lane.flatMap(({ body }) => body.names).toSorted()).toEqual(all);
  const written = (await aws.calls())
    .slice(from)
    .filter(({ api }) => api === "PutItem" || api === "TransactWriteItems");
  // The run, its pointer, and ten batches by ten in one call.
  expect(written.length).toBeLessThan(10);
}, 60_000);

test("a digest tells once what happened and what waits, and the next one goes on where it ended", async () => {
  const [wrong = ""] = await make(1, true);
  await desk.tell(start);
  await desk.drain();
  await desk.hub.alerts();
  const at = new Date(Date.now() + 1_000).toISOString();
  desk.later(1);
  await desk.tell({ schema: "bucketseal.digest/1", at });
  await desk.tell({ schema: "bucketseal.digest/1", at });
  const [told, ...others] = await desk.hub.alerts();
  expect(others).toEqual([]);
  expect(told).toMatchObject({ outcome: "changed", digest: { to: at, changes: { changed: 1 }, waiting: {} } });
  expect(told?.digest?.changed.map(({ bucket }) => bucket)).toEqual([wrong]);
  expect(Date.parse(at) - Date.parse(told?.digest?.from ?? "")).toBe(86_400_000);

  const encryption = { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: true };
  await desk.hub.push([{ match: { buckets: ["fn-*"] }, encryption, mode: "observe" }]);
  await root.s3.send(new DeleteBucketEncryptionCommand({ Bucket: wrong }));
  desk.later(1);
  await desk.tell(start);
  await desk.drain();
  await desk.hub.alerts();
  const then = new Date(Date.now() + 120_000).toISOString();
  desk.later(1);
  await desk.tell({ schema: "bucketseal.digest/1", at: then });
  const [next] = await desk.hub.alerts();
  expect(next).toMatchObject({ outcome: "reported", digest: { from: at, waiting: { reported: 1 } } });
  expect(next?.digest?.oldest).toMatchObject([{ bucket: wrong, outcome: "reported" }]);
});

test("the tick has exactly those looked at that are due", async () => {
  const made = await make(3);
  const [due = "", future = ""] = made;
  await desk.tell(start);
  await desk.drain();
  const ledger = { dynamodb: root.dynamodb, table: desk.bucket.settings.LEDGER_TABLE };
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  for (const [bucket, minutes] of [
    [due, -1],
    [future, 60],
  ] as const) {
    const ref = { partition: partitionOf(region), account, region, bucket };
    await saveState(ledger, ref, { ...(await desk.state(bucket)), due: at(minutes) });
  }
  await root.s3.send(new DeleteBucketEncryptionCommand({ Bucket: due }));
  const counted = vi.spyOn(metrics, "addMetric");
  await desk.tell({ schema: "bucketseal.tick/1" });
  expect(counted).toHaveBeenCalledWith("BucketsDue", "Count", 1);
  expect(desk.lane.map(({ body }) => body)).toMatchObject([{ schema: "bucketseal.work/1", ref: { bucket: due } }]);
  expect(await desk.look(...desk.lane.splice(0))).toBe(0);
  expect(await ruleOf(root, due)).toEqual(desk.rule);
  await desk.tell({ schema: "bucketseal.tick/1" });
  expect(desk.lane).toEqual([]);
});
