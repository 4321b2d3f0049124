import { SendMessageCommand as Send, type SendMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { beforeAll, expect, test } from "vitest";
import { bucketHistory } from "#aws/history/bucket-history";
import { readState } from "#aws/ledger/bucket-state";
import type { HistoryEntry } from "#core/ledger/history";
import { bucketBatch } from "../../../functions/bucket/batch.ts";
import { bucketShared } from "../../../functions/bucket/shared.ts";
import { systemClock } from "../../../functions/runtime/clock.ts";
import { deleteBucketEncryptionEvent } from "../../events/cloudtrail.ts";
import { account, region, type TestHub, testHub } from "../../support/batch/hub.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

/** One drift, told by many messages at the same moment to many instances of the function. */
const aws = localAws();
let root: Clients;
let hub: TestHub;

beforeAll(async () => {
  root = aws.root();
  hub = await testHub(root);
  const encryption = { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: true };
  await hub.push([{ match: { buckets: ["fn-*"] }, encryption }]);
});

/** A client of SQS that holds nothing back, so that no test waits for a postponed look. */
function undelayed(sqs: Clients["sqs"]): Clients["sqs"] {
  const send = (command: SendMessageCommand) =>
    sqs.send(command instanceof Send ? new Send({ ...command.input, DelaySeconds: 0 }) : command);
  return Object.assign(Object.create(sqs) as Clients["sqs"], { send });
}

function record(body: string, at: number): SQSRecord {
  const attributes = { ApproximateReceiveCount: "1", SentTimestamp: String(Date.now()) };
  return { messageId: `m-${at}`, body, attributes, messageAttributes: {} } as unknown as SQSRecord;
}

/**
 * Delivers each message to an instance of its own, all at once; returns what is to be delivered
 * again.
 */
async function deliver(bodies: readonly string[]): Promise<string[]> {
  const failed = await Promise.all(
    bodies.map(async (body, at) => {
      const clients = { ...root, sqs: undelayed(root.sqs) };
      const shared = bucketShared(clients as never, hub.environment, systemClock);
      const { batchItemFailures } = await bucketBatch([record(body, at)], shared, Date.now() + 30_000);
      return batchItemFailures.length > 0 ? [body] : [];
    }),
  );
  const postponed = await hub.waiting(hub.environment.QUEUE_URL);
  return [...failed.flat(), ...postponed.map(({ body }) => body)];
}

test("twenty deliveries at once about one drift are one write, one entry of the history and one alert, and lose no event", async () => {
  const bucket = await hub.newBucket();
  const eventTime = `${new Date(Date.now() - 60_000).toISOString().slice(0, 19)}Z`;
  const ids = Array.from({ length: 10 }, (_, at) => `e-${at}`);
  const bodies = ids.map((eventId) =>
    JSON.stringify(deleteBucketEncryptionEvent({ bucket, region, eventId, eventTime })),
  );
  let left: string[] = [...bodies, ...bodies];
  for (let round = 0; left.length > 0; round += 1) {
    expect(round).toBeLessThan(20);
    left = await deliver(left);
  }

  const writes = (await aws.calls()).filter((call) => call.api === "PutBucketEncryption" && call.bucket === bucket);
  expect(writes).toHaveLength(1);
  const ref = { partition: "aws", account, region, bucket };
  const ledger = { dynamodb: root.dynamodb, table: hub.environment.LEDGER_TABLE };
  const entries: HistoryEntry[] = [];
  for await (const entry of bucketHistory(ledger, ref, null)) entries.push(entry);
  expect(entries.map(({ outcome, was }) => [was, outcome])).toEqual([[null, "changed"]]);
  const alerts = await hub.alerts();
  expect(alerts.map(({ id, outcome }) => [id, outcome])).toEqual([[entries[0]?.alert, "changed"]]);
  const state = await readState(ledger, ref);
  expect(state).toMatchObject({ outcome: "left alone", intent: null, outbox: null });
  expect(state.triggers.map(({ eventId }) => eventId).sort()).toEqual(ids);
  expect(await hub.waiting(hub.environment.DEAD_LETTER_QUEUE_URL)).toEqual([]);
}, 60_000);
