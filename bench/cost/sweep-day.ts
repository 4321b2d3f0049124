import type { Swept } from "../drill/sweeper.ts";
import { type Price, prices } from "./prices.ts";

/** What a sweep a day over many buckets takes. */
export interface Day {
  /** Seconds from the first bucket to the last. */
  readonly seconds: number;
  /** Calls a second during the sweep, by service. */
  readonly rates: ReadonlyMap<string, number>;
  /** USD in 30 days, item by item. */
  readonly month: ReadonlyMap<string, number>;
}

/**
 * A day of many buckets: one sweep, in which some buckets have to be repaired; from what both took
 * on the local AWS.
 * @param calm - a sweep of buckets that are all as declared
 * @param stormy - one over the same buckets that repaired some
 * @param instances - of the bucket function that work for sweeps at once
 */
export function dayOf(buckets: number, repairs: number, calm: Swept, stormy: Swept, instances: number): Day {
  const total = (of: (swept: Swept) => number) => {
    const [without, withSome] = [of(calm) / calm.counts.seen, of(stormy) / stormy.counts.seen];
    const each = ((withSome - without) * stormy.counts.seen) / stormy.counts.repaired;
    return without * buckets + Math.max(0, each) * repairs;
  };
  const seconds = total(({ logs }) => logs.bucket.duration) / 1_000 / instances;
  const rates = new Map(
    Object.entries(SERVICES).map(([service, name]) => [name, total((swept) => countOf(swept, service)) / seconds]),
  );
  const lines = BILL.map(({ name, units }) => [name, total((swept) => usd(units(swept))) * DAYS] as const);
  return { seconds, rates, month: new Map(lines) };
}

// --- internal ---

const DAYS = 30;
const SERVICES = { s3: "S3", dynamodb: "DynamoDB", kms: "KMS", sqs: "SQS", sns: "SNS" };

type Units = readonly (readonly [Price, number])[];

/**
 * Units of DynamoDB: a state of 4 KB and its two indexes, an entry of 2 KB, twice in a transaction.
 */
const STATE_WRITE = 3 * 4;
const ENTRY_WRITE = 2;
/** Run and batch, twice in a transaction. */
const BATCH_WRITE = 4;
/** Run, batch and ten states. */
const BATCH_READ = 12;
const MEMORY_GB = 0.5;

const BILL: readonly { readonly name: string; readonly units: (swept: Swept) => Units }[] = [
  {
    name: "S3",
    units: (swept) => {
      const writes = apisOf(swept, "PutBucketEncryption");
      return [
        [prices.s3Write, writes],
        [prices.s3Read, countOf(swept, "s3") - writes],
      ];
    },
  },
  { name: "KMS", units: (swept) => [[prices.kms, countOf(swept, "kms")]] },
  {
    name: "DynamoDB",
    units: (swept) => {
      const batches = apisOf(swept, "BatchGetItem");
      const transactions = apisOf(swept, "TransactWriteItems") - batches;
      return [
        [prices.dynamodbRead, batches * BATCH_READ + apisOf(swept, "GetItem") + swept.counts.seen],
        [
          prices.dynamodbWrite,
          batches * (BATCH_WRITE + 1) +
            apisOf(swept, "UpdateItem") +
            (apisOf(swept, "PutItem") - batches) * STATE_WRITE +
            transactions * 2 * (STATE_WRITE + ENTRY_WRITE),
        ],
      ];
    },
  },
  {
    // Each message is received and deleted by itself.
    name: "SQS",
    units: (swept) => [[prices.sqs, countOf(swept, "sqs") + 2 * apisOf(swept, "BatchGetItem")]],
  },
  {
    name: "Lambda",
    units: ({ logs: { bucket, sweep } }) => [
      [prices.lambdaRequest, bucket.invocations + sweep.invocations],
      [prices.lambdaTime, ((bucket.duration + sweep.duration) / 1_000) * MEMORY_GB],
    ],
  },
  { name: "SNS", units: (swept) => [[prices.sns, countOf(swept, "sns")]] },
  { name: "logs", units: ({ logs: { bucket, sweep } }) => [[prices.logs, bucket.bytes + sweep.bytes]] },
];

function countOf({ calls }: Swept, service: string): number {
  return calls.filter((call) => call.service === service).length;
}

function apisOf({ calls }: Swept, name: string): number {
  return calls.filter(({ api }) => api === name).length;
}

function usd(units: Units): number {
  return units.reduce((sum, [price, count]) => sum + (price.usd / price.per) * count, 0);
}
