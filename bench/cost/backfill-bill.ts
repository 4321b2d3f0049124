import type { StagePass } from "../drill/backfill-stage.ts";
import { type Price, prices } from "./prices.ts";

/** USD for a million existing objects, item by item; what is free is left out. */
export type Bill = ReadonlyMap<string, number>;

/** What a pass by a stage costs for a million objects like its own. */
export function billOfPass({ objects, calls, lister, looker }: StagePass): Bill {
  const of = (service: string, ...apis: readonly string[]) =>
    calls.filter((call) => call.service === service && (apis.length === 0 || apis.includes(call.api))).length;
  const updates = of("s3", "UpdateObjectEncryption");
  const listed = of("s3", "ListObjectVersions");
  const batches = Math.ceil(objects / BATCH);
  const pages = listed;
  const begun = calls.filter(({ api, function: by }) => api === "UpdateItem" && by !== null).length;
  // A transaction counts twice: the batches of a page, and each batch with its backfill.
  const writes = batches * 2 * BATCH_KB + pages * 2 * STATE_KB + begun * BATCH_KB + batches * 2 * (BATCH_KB + STATE_KB);
  const seconds = (lister.duration + looker.duration) / 1_000;
  return perMillion(objects, [
    ["S3", usd(prices.s3Write, updates + listed) + usd(prices.s3Read, of("s3") - updates - listed)],
    ["KMS", usd(prices.kms, of("kms") + updates)],
    ["SQS", usd(prices.sqs, of("sqs") + batches * REQUESTS_A_MESSAGE)],
    [
      "Lambda",
      usd(prices.lambdaRequest, lister.invocations + looker.invocations) + usd(prices.lambdaTime, seconds * MEMORY_GB),
    ],
    ["DynamoDB", usd(prices.dynamodbWrite, writes) + usd(prices.dynamodbRead, of("dynamodb", "GetItem", "Query") * 2)],
    ["SNS", usd(prices.sns, of("sns"))],
    ["logs", usd(prices.logs, lister.bytes + looker.bytes)],
  ]);
}

/** What a pass from here costs for a million objects: S3's requests and KMS's. */
export function billOfRequests(objects: number, requests: Requests): Bill {
  const { lists = 0, looks = 0, writes = 0, kms = 0, jobs = 0, tasks = 0, inventory = 0 } = requests;
  return perMillion(objects, [
    ["jobs", usd(prices.batchJob, jobs) + usd(prices.batchObject, tasks) + usd(prices.inventory, inventory)],
    ["S3", usd(prices.s3Write, lists + writes) + usd(prices.s3Read, looks)],
    ["KMS", usd(prices.kms, kms)],
  ]);
}

/** Calls that are charged. */
export interface Requests {
  readonly lists?: number;
  readonly looks?: number;
  /** UpdateObjectEncryption or CopyObject. */
  readonly writes?: number;
  readonly kms?: number;
  readonly jobs?: number;
  /** Objects of a job. */
  readonly tasks?: number;
  /** Objects in its manifest from S3 Inventory. */
  readonly inventory?: number;
}

export function totalOf(bill: Bill): number {
  return [...bill.values()].reduce((sum, each) => sum + each, 0);
}

/** A bill as a table has it. */
export function billText(bill: Bill): string {
  return `${totalOf(bill).toFixed(2)} USD (${[...bill].map(([name, each]) => `${name} ${each.toFixed(2)}`).join(", ")})`;
}

// --- internal ---

const BATCH = 50;
/** Of the ledger: the names of a batch, and a backfill with its counts and samples. */
const BATCH_KB = 5;
const STATE_KB = 3;
const MEMORY_GB = 0.5;
/** Received and deleted by Lambda, one at a time. */
const REQUESTS_A_MESSAGE = 2;

function usd({ usd: price, per }: Price, count: number): number {
  return (price / per) * count;
}

function perMillion(objects: number, items: readonly (readonly [string, number])[]): Bill {
  return new Map(items.filter(([, sum]) => sum > 0).map(([name, sum]) => [name, (sum / objects) * 1_000_000]));
}
