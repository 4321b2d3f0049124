import { randomUUID } from "node:crypto";
import { DeleteMessageCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { lastBackfill } from "#aws/backfill/backfills";
import type { Alert } from "#core/alert/schema";
import type { Backfill } from "#core/backfill/backfill";
import { type BackfillMessage, backfillStart } from "#core/backfill/messages";
import type { Selection } from "#core/backfill/selection";
import type { BucketRef } from "#core/names";
import { atRestBatch } from "../../../functions/at-rest/batch.ts";
import { backfillBatch } from "../../../functions/backfill/batch.ts";
import type { BackfillShared } from "../../../functions/backfill/shared.ts";
import { backfillShared } from "../../../functions/backfill/shared.ts";
import type { ObjectShared } from "../../../functions/object/shared.ts";
import type { TestAws } from "../local-aws/local-aws.ts";
import { newQueue } from "./new-queue.ts";
import { type ObjectDesk, objectDesk, recordOf } from "./object-desk.ts";

/** Backfills without Lambda: their two functions run here, against a local AWS. */
export interface BackfillDesk extends ObjectDesk {
  readonly lister: BackfillShared;
  readonly looker: ObjectShared;
  readonly told: Alert[];
  refOf(bucket: string): BucketRef;
  /** A bucket with objects that are not as declared. */
  bucketOf(keys: readonly string[]): Promise<string>;
  last(bucket: string): Promise<Backfill>;
  /** Runs the lister with a message; says whether SQS would deliver it again. */
  list(
    message: BackfillMessage,
    given?: { shared?: BackfillShared; receives?: number; hops?: number; id?: string },
  ): Promise<boolean>;
  start(bucket: string, selection?: Partial<Selection>): Promise<boolean>;
  /** Takes the batches that wait for the object function out of their queue. */
  batches(): Promise<SQSRecord[]>;
  /** Runs the object function with batches; returns those that SQS would deliver again. */
  look(records: readonly SQSRecord[], shared?: ObjectShared): Promise<number>;
}

/** Sets one up; every rule's existing objects are enforced unless `objects` says otherwise. */
export async function backfillDesk(aws: TestAws, objects: object = {}): Promise<BackfillDesk> {
  const desk = await objectDesk(aws, { atRest: "enforce", versions: "all", ...objects });
  const { settings, clients, now } = desk.shared;
  const { sqs } = clients;
  const [backfill, backfillDead] = await Promise.all([newQueue(sqs), newQueue(sqs)]);
  const [atRest, atRestDead] = await Promise.all([newQueue(sqs), newQueue(sqs)]);
  const told: Alert[] = [];
  const own = { ...settings, QUEUE_URL: backfill, DEAD_LETTER_QUEUE_URL: backfillDead, AT_REST_QUEUE_URL: atRest };
  const lister = { ...backfillShared(clients, own, { now }), publish: async (alert: Alert) => void told.push(alert) };
  const queues = { AT_REST_QUEUE_URL: atRest, AT_REST_DEAD_LETTER_QUEUE_URL: atRestDead, BACKFILL_QUEUE_URL: backfill };
  const looker = { ...desk.shared, settings: { ...settings, ...queues } };
  const refOf = (bucket: string): BucketRef => ({
    partition: "aws",
    account: settings.ACCOUNT_ID,
    region: settings.AWS_REGION,
    bucket,
  });
  const list: BackfillDesk["list"] = async (message, { shared = lister, receives = 1, hops = 0, id } = {}) => {
    const record = recordOf(message, receives);
    const hop = { hops: { stringValue: String(hops), dataType: "Number" } } as SQSRecord["messageAttributes"];
    const sent = { ...record, messageAttributes: hop, messageId: id ?? record.messageId };
    const { batchItemFailures } = await backfillBatch([sent], shared, now() + 300_000);
    return batchItemFailures.length > 0;
  };
  return {
    ...desk,
    lister,
    looker,
    told,
    refOf,
    bucketOf: async (keys) => {
      const bucket = await desk.bucket();
      await Promise.all(keys.map((key) => desk.put(bucket, key, { ServerSideEncryption: "AES256" })));
      return bucket;
    },
    list,
    last: async (bucket) => {
      const last = await lastBackfill(lister.ledger, refOf(bucket));
      if (last === null) throw new Error(`${bucket} has had no backfill`);
      return last;
    },
    start: (bucket, selection = {}) => list(backfillStart(refOf(bucket), "dana", { ...EVERYTHING, ...selection })),
    batches: async () => {
      const found: SQSRecord[] = [];
      for (;;) {
        const receive = new ReceiveMessageCommand({ QueueUrl: atRest, MaxNumberOfMessages: 10 });
        const { Messages = [] } = await sqs.send(receive);
        if (Messages.length === 0) return found;
        for (const { Body = "", ReceiptHandle } of Messages) {
          found.push(recordOf(Body));
          await sqs.send(new DeleteMessageCommand({ QueueUrl: atRest, ReceiptHandle }));
        }
      }
    },
    look: async (records, shared = looker) => {
      const deadline = now() + 300_000;
      const { batchItemFailures } = await atRestBatch(records, shared, {
        id: randomUUID(),
        deadline,
        startBy: deadline,
      });
      return batchItemFailures.length;
    },
  };
}

/** Keys in the order of a list. */
export function keysOf(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `k${String(at).padStart(4, "0")}`);
}

// --- internal ---

const EVERYTHING: Selection = { prefix: "", versions: "all", since: null, until: null };
