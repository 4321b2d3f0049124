import { randomUUID } from "node:crypto";
import { DeleteBucketCommand, GetBucketEncryptionCommand, PutBucketEncryptionCommand } from "@aws-sdk/client-s3";
import {
  CreateQueueCommand,
  type MessageAttributeValue,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { readState } from "#aws/ledger/bucket-state";
import type { RunScope } from "#aws/runs/items";
import { currentRun, readLast } from "#aws/runs/pointers";
import { readRun } from "#aws/runs/runs";
import { type BucketRef, partitionOf } from "#core/names";
import type { BatchMessage, SweepMessage } from "#core/sweep/messages";
import type { Run, RunKind } from "#core/sweep/run";
import { bucketBatch } from "../../../functions/bucket/batch.ts";
import { type BucketShared, bucketShared } from "../../../functions/bucket/shared.ts";
import type { SweepOrg } from "../../../functions/organization/organization.ts";
import { systemClock } from "../../../functions/runtime/clock.ts";
import { sweepBatch } from "../../../functions/sweep/batch.ts";
import { CLOSE_AFTER } from "../../../functions/sweep/delivery.ts";
import { type SweepShared, sweepShared } from "../../../functions/sweep/shared.ts";
import type { Clients } from "../local-aws/clients.ts";
import { ledgerTable } from "../local-aws/ledger-table.ts";
import { account, region, type TestHub, testHub } from "./hub.ts";

/** A message that waits in a queue, as it was sent. */
interface Waiting<Body> {
  readonly body: Body;
  readonly hops: number;
  /** Seconds until SQS would deliver it. */
  readonly delay: number;
}

/** The functions around runs, in this process on a local AWS, with a clock that a test moves. */
export interface RunDesk {
  readonly hub: TestHub;
  readonly sweep: SweepShared;
  readonly bucket: BucketShared;
  /** What waits in the sweep's own queue, and in the lane. */
  readonly own: Waiting<SweepMessage>[];
  readonly lane: Waiting<BatchMessage>[];
  /** Has time pass. */
  later(minutes: number): void;
  /** Gives the sweep function a message; it returns how many SQS must redeliver. */
  tell(message: SweepMessage, id?: string, hops?: number, receives?: number): Promise<number>;
  /**
   * Gives the bucket function what was taken from the lane; it returns how many SQS must redeliver.
   */
  look(...taken: readonly Waiting<BatchMessage>[]): Promise<number>;
  /** Works through both queues until nothing waits but messages about ends that did not come. */
  drain(): Promise<void>;
  current(kind?: RunKind): Promise<Run | null>;
  last(kind?: RunKind): ReturnType<typeof readLast>;
  state(bucket: string): ReturnType<typeof readState>;
  /** Makes buckets; those that are not wrong are as declared. */
  make(count: number, isWrong?: boolean): Promise<string[]>;
  readonly rule: object;
}

/** The organization that a desk's functions look after, and the clients of each of its places. */
export interface DeskOrg {
  readonly sweep: SweepOrg;
  clientsOf(ref: RunScope): Clients;
}

export async function runDesk(
  root: Clients,
  org: DeskOrg | null = null,
  jobs: SweepShared["jobs"] = null,
): Promise<RunDesk> {
  const hub = await testHub(root);
  const name = randomUUID().slice(0, 8);
  const { QueueUrl: dead = "" } = await root.sqs.send(new CreateQueueCommand({ QueueName: `sweep-dead-${name}` }));
  const table = `ledger-${name}`;
  await ledgerTable(root.dynamodb, table);
  const { environment } = hub;
  const queues = new Map<string, Waiting<unknown>[]>([
    [environment.SWEEP_QUEUE_URL, []],
    [environment.LANE_QUEUE_URL, []],
  ]);
  const clients = { ...root, sqs: heldBack(root.sqs, queues) };
  let ahead = 0;
  const clock = { ...systemClock, now: () => Date.now() + ahead };
  const settings = { ...environment, LEDGER_TABLE: table };
  const atHome = bucketShared(clients as never, settings, clock);
  const bucket =
    org === null
      ? atHome
      : inPlaces(atHome, org, (ref) =>
          bucketShared({ ...clients, ...placed(org.clientsOf(ref)) } as never, settings, clock),
        );
  const sweepSettings = { ...settings, QUEUE_URL: environment.SWEEP_QUEUE_URL, DEAD_LETTER_QUEUE_URL: dead };
  const sweep = sweepShared(clients as never, sweepSettings, clock, org?.sweep ?? null, jobs);
  const ledger = { dynamodb: root.dynamodb, table };
  const scope = { account, region };
  const own = queues.get(environment.SWEEP_QUEUE_URL) as Waiting<SweepMessage>[];
  const lane = queues.get(environment.LANE_QUEUE_URL) as Waiting<BatchMessage>[];
  const deadline = () => clock.now() + 120_000;
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID: hub.keyArn },
    BucketKeyEnabled: true,
    BlockedEncryptionTypes: { EncryptionType: ["SSE-C" as const] },
  };
  const desk: RunDesk = {
    hub,
    sweep,
    bucket,
    own,
    lane,
    rule,
    later: (minutes) => {
      ahead += minutes * 60_000;
    },
    tell: async (message, id = randomUUID(), hops = 0, receives = 1) => {
      const told = record("sweep", { body: message, hops, delay: 0 }, id);
      const attributes = { ...told.attributes, ApproximateReceiveCount: String(receives) };
      const answer = await sweepBatch([{ ...told, attributes }], sweep, deadline());
      return answer.batchItemFailures.length;
    },
    look: async (...taken) => {
      const lane = environment.LANE_QUEUE_URL.split("/").at(-1) ?? "";
      const records = taken.map((waiting) => record(lane, waiting));
      return (await bucketBatch(records, bucket, clock.now() + 30_000)).batchItemFailures.length;
    },
    drain: async () => {
      for (;;) {
        const at = own.findIndex(({ delay }) => delay < CLOSE_AFTER);
        const [next] = at < 0 ? [] : own.splice(at, 1);
        if (next !== undefined) await desk.tell(next.body, randomUUID(), next.hops);
        else if (lane.length > 0) await Promise.all(lane.splice(0).map((batch) => desk.look(batch)));
        else return;
      }
    },
    current: async (kind = "sweep") => {
      const id = await currentRun(ledger, scope, kind);
      return id === null ? null : readRun(ledger, scope, id);
    },
    last: (kind = "sweep") => readLast(ledger, scope, kind),
    state: (bucket) => readState(ledger, { partition: partitionOf(region), account, region, bucket }),
    make: (count, isWrong = false) =>
      Promise.all(
        Array.from({ length: count }, async () => {
          const Bucket = await hub.newBucket();
          const ServerSideEncryptionConfiguration = { Rules: [rule] };
          if (!isWrong)
            await root.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration }));
          return Bucket;
        }),
      ),
  };
  return desk;
}

/** What a bucket's default is now. */
export async function ruleOf({ s3 }: Clients, Bucket: string): Promise<unknown> {
  const answer = await s3.send(new GetBucketEncryptionCommand({ Bucket }));
  return answer.ServerSideEncryptionConfiguration?.Rules?.[0];
}

export async function removeBuckets({ s3 }: Clients, names: readonly string[]): Promise<void> {
  await Promise.all(names.map((Bucket) => s3.send(new DeleteBucketCommand({ Bucket }))));
}

// --- internal ---

function placed({ s3, kms }: Clients): Pick<Clients, "s3" | "kms"> {
  return { s3, kms };
}

/** The function with reads and writes of each bucket by the clients of its place. */
function inPlaces(home: BucketShared, { sweep }: DeskOrg, of: (ref: BucketRef) => BucketShared): BucketShared {
  const kept = new Map<string, BucketShared>();
  const at = (ref: BucketRef) => {
    const name = `${ref.account} ${ref.region}`;
    const found = kept.get(name) ?? of(ref);
    kept.set(name, found);
    return found.ports;
  };
  const { reader, writer } = home.ports;
  type Read = (ref: BucketRef, ...more: unknown[]) => unknown;
  const read = Object.keys(reader).map((name) => {
    const routed: Read = (ref, ...more) => (at(ref).reader as unknown as Record<string, Read>)[name]?.(ref, ...more);
    return [name, routed];
  });
  const put: typeof writer.put = (ref, ...more) => at(ref).writer.put(ref, ...more);
  const scope = { ...home.members.scope, org: { regions: sweep.settings.regions } };
  const members = { ...home.members, scope };
  return { ...home, members, ports: { ...home.ports, reader: Object.fromEntries(read), writer: { ...writer, put } } };
}

/**
 * The client, but for what goes to some queues: that is kept here, with its delay, to be delivered
 * by the test.
 */
function heldBack(sqs: SQSClient, queues: ReadonlyMap<string, Waiting<unknown>[]>): SQSClient {
  type Attributes = Record<string, MessageAttributeValue> | undefined;
  const keep = (url = "", body = "{}", delay = 0, attributes: Attributes = {}) =>
    queues.get(url)?.push({ body: JSON.parse(body), delay, hops: Number(attributes.hops?.StringValue ?? 0) });
  const send = async (command: unknown) => {
    if (command instanceof SendMessageCommand && queues.has(command.input.QueueUrl ?? "")) {
      const { QueueUrl, MessageBody, DelaySeconds, MessageAttributes } = command.input;
      keep(QueueUrl, MessageBody, DelaySeconds, MessageAttributes);
      return { MessageId: randomUUID() };
    }
    if (command instanceof SendMessageBatchCommand && queues.has(command.input.QueueUrl ?? "")) {
      for (const { MessageBody, DelaySeconds, MessageAttributes } of command.input.Entries ?? [])
        keep(command.input.QueueUrl, MessageBody, DelaySeconds, MessageAttributes);
      return {};
    }
    return sqs.send(command as SendMessageCommand);
  };
  return { send, config: sqs.config } as unknown as SQSClient;
}

function record(queue: string, { body, hops }: Waiting<unknown>, messageId: string = randomUUID()): SQSRecord {
  const stringValue = String(hops);
  return {
    messageId,
    receiptHandle: "none",
    body: JSON.stringify(body),
    attributes: { ApproximateReceiveCount: "1", SentTimestamp: String(Date.now()) } as SQSRecord["attributes"],
    messageAttributes: { hops: { dataType: "Number", stringValue } },
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: `arn:aws:sqs:${region}:${account}:${queue}`,
    awsRegion: region,
  };
}
