import { randomUUID } from "node:crypto";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateQueueCommand } from "@aws-sdk/client-sqs";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { lastBackfill, readBackfill } from "#aws/backfill/backfills";
import { finishObjectBatch, pendingBatches } from "#aws/backfill/object-batches";
import { readRequests } from "#aws/backfill/requests";
import type { Alert } from "#core/alert/schema";
import type { Backfill } from "#core/backfill/backfill";
import { noBackfillCounts } from "#core/backfill/counts";
import { backfillMove, backfillStart, windowStart } from "#core/backfill/messages";
import type { BackfillWindow } from "#core/backfill/window";
import type { BucketRef } from "#core/names";
import { goOn } from "../../../functions/backfill/go-on.ts";
import { steerBackfill } from "../../../functions/backfill/move.ts";
import type { BackfillShared } from "../../../functions/backfill/shared.ts";
import { startBackfill } from "../../../functions/backfill/start.ts";
import { conformance } from "../../support/local-aws/conformance.ts";
import { ledgerTable } from "../../support/local-aws/ledger-table.ts";

/** Windows that ask for backfills: once each, one after the other, none lost. */
const aws = conformance();
const all = { prefix: "", versions: "all", since: null, until: null } as const;
let queueUrl: string;
let ref: BucketRef;
let shared: BackfillShared;
let alerts: Alert[];
/** Backfills that the function was told to go on with. */
let told: Pick<Backfill, "ref" | "id">[];

beforeAll(async () => {
  await ledgerTable(aws.dynamodb, "windows");
  queueUrl = (await aws.sqs.send(new CreateQueueCommand({ QueueName: "at-rest" }))).QueueUrl ?? "";
});

beforeEach(async () => {
  alerts = [];
  told = [];
  ref = { partition: "aws", account: aws.account, region: aws.region, bucket: await aws.bucket() };
  await aws.s3.send(new PutObjectCommand({ Bucket: ref.bucket, Key: "a", Body: "a" }));
  shared = {
    clients: aws as never,
    settings: { AT_REST_QUEUE_URL: queueUrl } as never,
    ledger: { dynamodb: aws.dynamodb, table: "windows" },
    now: Date.now,
    publish: async (alert) => void alerts.push(alert),
    later: async ({ ref: of, id }, seconds) => void (seconds === 0 && told.push({ ref: of, id })),
  };
});

const deliveryOf = (messageId: string, receives = 1) => ({
  messageId,
  hops: 0,
  receives,
  deadline: Date.now() + 120_000,
});
const delivery = () => deliveryOf(randomUUID());

/** A window of the last hour, `minutes` ago and a minute long. */
function aWindow(id: string, minutes: number): BackfillWindow {
  const at = (ago: number) => new Date(Date.now() - ago * 60_000).toISOString();
  return { id, kind: "drift", from: at(minutes), to: at(minutes - 1) };
}

const ask = (window: BackfillWindow, by = delivery()) =>
  startBackfill(shared, windowStart(ref, "role", window, "all"), by);

/** Has what was listed be looked at, and the lister go on until nothing waits. */
async function workOff(): Promise<void> {
  for (let next = told.shift(); next !== undefined; next = told.shift()) {
    await goOn(shared, next, delivery());
    const backfill = await readBackfill(shared.ledger, ref, next.id);
    if (backfill === null) throw new Error(next.id);
    for await (const { id, objects } of pendingBatches(shared.ledger, backfill)) {
      const counts = { ...noBackfillCounts, looked: objects.length, outcomes: { changed: objects.length } };
      await finishObjectBatch(shared.ledger, backfill, id, { counts, samples: [], now: Date.now() });
    }
    await goOn(shared, next, delivery());
  }
}

async function states(): Promise<Record<string, string>> {
  const found = await readRequests(shared.ledger, ref);
  return Object.fromEntries(found.map(({ id, state }) => [id, state]));
}

const last = () => lastBackfill(shared.ledger, ref);

test("a window is backfilled once, is closed then, and its alert says so", async () => {
  const window = aWindow("w1", 1);
  await ask(window);
  expect(await states()).toEqual({ w1: "begun" });
  await ask(window);
  await workOff();
  expect(await states()).toEqual({ w1: "closed" });
  const { id } = (await last()) as Backfill;
  await ask(window);
  await workOff();
  expect((await last())?.id).toBe(id);
  expect(alerts).toHaveLength(1);
  expect(alerts[0]?.backfill).toMatchObject({ id, state: "done", listed: 1, windows: [{ kind: "drift" }] });
  const [request] = await readRequests(shared.ledger, ref);
  expect(request).toMatchObject({ window, backfill: id, ended: expect.any(String) });
});

test("the message that began it goes on with it when it is delivered again", async () => {
  const window = aWindow("w1", 1);
  const message = randomUUID();
  await ask(window, deliveryOf(message));
  expect(told).toHaveLength(1);
  told.length = 0;
  await ask(window, deliveryOf(message, 2));
  expect(await last()).toMatchObject({ state: "running", listed: 1 });
});

test("windows that end while a person's backfill is under way wait for its end, and those that meet are one", async () => {
  await startBackfill(shared, backfillStart(ref, "dana", all), delivery());
  const first = (await last()) as Backfill;
  for (const window of [aWindow("near", 1), aWindow("nearer", 2), aWindow("far", 30)]) await ask(window);
  expect(await states()).toEqual({ near: "waiting", nearer: "waiting", far: "waiting" });
  told.push(first);
  await workOff();
  expect(await states()).toEqual({ near: "closed", nearer: "closed", far: "closed" });
  // Nobody wrote in the one that is far, so nothing is told of it.
  expect(alerts.map(({ backfill }) => backfill?.windows?.length)).toEqual([undefined, 2]);
  expect(await last()).toMatchObject({ windows: [{ id: "far" }], listed: 0, state: "done" });
});

test("a cancellation lets what waited begin, and does not cancel that when it is delivered again", async () => {
  await startBackfill(shared, backfillStart(ref, "dana", all), delivery());
  await ask(aWindow("w1", 1));
  const message = randomUUID();
  await steerBackfill(shared, backfillMove(ref, "dana", "cancel"), deliveryOf(message));
  expect(await states()).toEqual({ w1: "begun" });
  await steerBackfill(shared, backfillMove(ref, "dana", "cancel"), deliveryOf(message, 2));
  expect(await states()).toEqual({ w1: "begun" });
  await steerBackfill(shared, backfillMove(ref, "dana", "pause"), delivery());
  await ask(aWindow("w2", 2));
  expect(await states()).toEqual({ w1: "begun", w2: "waiting" });
  await steerBackfill(shared, backfillMove(ref, "dana", "cancel"), delivery());
  expect(await states()).toEqual({ w1: "cancelled", w2: "begun" });
  expect(alerts.at(-1)?.next.at(-1)).toContain(`bucketseal backfill ${ref.bucket} --since `);
});

test("what a person asks for while a window is looked after begins after it, once", async () => {
  await ask(aWindow("w1", 1));
  const message = randomUUID();
  await startBackfill(shared, backfillStart(ref, "dana", all), deliveryOf(message));
  expect(await states()).toEqual({ [message]: "waiting", w1: "begun" });
  await workOff();
  const done = (await last()) as Backfill;
  expect(done).toMatchObject({ by: "dana", state: "done" });
  await startBackfill(shared, backfillStart(ref, "dana", all), deliveryOf(message, 2));
  expect((await last())?.id).toBe(done.id);
});

test("a window of a bucket that can no longer be listed has failed, and the alert names the command", async () => {
  ref = { ...ref, bucket: `gone-${randomUUID()}` };
  await ask(aWindow("w1", 1));
  const [begun] = told;
  if (begun !== undefined) await goOn(shared, begun, delivery());
  expect(await states()).toEqual({ w1: "failed" });
  expect(alerts[0]?.next.at(-1)).toContain("--apply");
});
