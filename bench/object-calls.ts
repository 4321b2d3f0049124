import { setTimeout as sleep } from "node:timers/promises";
import { type Burst, bucketFor, burst } from "./drill/object-drill.ts";
import { objectWrites, ordinaryWrites } from "./drill/object-writes.ts";
import { type Row, report } from "./report/report.ts";
import { onStage } from "./stage/stage.ts";

/**
 * AWS calls per object, by outcome and source of events, from the call log: one object in a bucket,
 * then OBJECTS (default 50) at once in one bucket.
 *
 *     npm run bench:object-calls -- [OBJECTS] [--json]
 */
const many = Number(process.argv[2] ?? 50) || 50;

/** Milliseconds after which the buckets' own events have been processed. */
const QUIET_MS = 4_000;
const MOVING: ReadonlySet<string> = new Set(["GetObject", "PutObject", "CopyObject", "UploadPart", "UploadPartCopy"]);
/** Made for each object that is copied, though it names the bucket: it lists by a prefix. */
const PER_OBJECT = "ListMultipartUploads";
const NAMES = { s3: "S3", dynamodb: "DynamoDB", kms: "KMS", ssm: "SSM", sqs: "SQS", sns: "SNS" };

await onStage(50, async (stage) => {
  const alone = await Promise.all(
    objectWrites.map(async (writes, at) => [writes, await bucketFor(stage, writes, `alone-${at}`)] as const),
  );
  const ordinary = await Promise.all(
    ordinaryWrites.map(async (writes, at) => [writes, await bucketFor(stage, writes, `many-${at}`)] as const),
  );
  await sleep(QUIET_MS);
  const ones = await burst(stage, alone, 1);
  const crowds: Burst[] = [];
  for (const one of ordinary) crowds.push(...(await burst(stage, [one], many)));
  report(
    "object-calls",
    [...objectWrites.map((writes, at) => rowOf(ones[at] as Burst, crowds, writes.limit)), moved([...ones, ...crowds])],
    [
      "The function's calls for an object, from the call log of the local AWS: first for one object alone in its bucket, S3's only, with the reads of the bucket (once per batch) beside them; then each object's share of the calls to all services with many at once in one bucket, the alert included.",
      "With data events, an object that is compliant through its bucket's default causes no message and no invocation: the EventBridge rule leaves it out. The event of the function's own write costs a message, and no call.",
      "Lambda's own polling of the queue is not counted. The goals are for the calls about the object.",
    ],
  );
});

// --- internal ---

function rowOf({ writes, calls }: Burst, crowds: readonly Burst[], limit: number | undefined): Row {
  const s3 = calls.filter(({ service }) => service === "s3");
  const count = s3.filter(({ key, api }) => key !== null || api === PER_OBJECT).length;
  const ofBucket = s3.length === count ? "" : ` and ${s3.length - count} of its bucket`;
  const crowd = crowds.find((burst) => burst.writes === writes);
  const shares = crowd === undefined ? "" : `; each of ${crowd.objects} at once ${sharesOf(crowd)}`;
  const row = {
    what: `AWS calls for an object, ${writes.what}, by ${writes.source}`,
    result: `${count} S3${ofBucket}${shares}`,
  };
  if (limit === undefined) return row;
  const goal = limit === 0 ? "0 S3 calls" : `<= ${limit} S3 call${limit === 1 ? "" : "s"}`;
  const isTypical = writes.what === "updated in place" && writes.source === "data events";
  return { ...row, goal, met: count <= limit, ...(isTypical ? { headline: {} } : {}) };
}

/** Bytes that the function had S3 read and write again for objects that were updated in place. */
function moved(bursts: readonly Burst[]): Row {
  const updated = bursts.filter(({ writes }) => writes.what === "updated in place");
  const count = updated.flatMap(({ calls }) => calls.filter(({ api }) => MOVING.has(api))).length;
  const objects = updated.reduce((sum, burst) => sum + burst.objects, 0);
  return {
    what: `calls that move bytes, for ${objects} objects updated in place`,
    result: `${count}`,
    goal: "0",
    met: count === 0,
  };
}

function sharesOf({ calls, objects }: Burst): string {
  const shares = Object.entries(NAMES).flatMap(([service, name]) => {
    const count = calls.filter((call) => call.service === service).length;
    return count === 0 ? [] : [`${(count / objects).toFixed(2)} ${name}`];
  });
  return shares.length === 0 ? "none" : shares.join(" + ");
}
