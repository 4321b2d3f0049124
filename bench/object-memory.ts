import { HeadObjectCommand } from "@aws-sdk/client-s3";
import type { SQSRecord } from "aws-lambda";
import { dataEvent } from "../test/events/object.ts";
import { withFunction } from "./process/process.ts";
import { type Row, report } from "./report/report.ts";
import { keysOf, objectBucket, records, writeObjects } from "./stage/object-stage.ts";
import { onStage, type Stage } from "./stage/stage.ts";
import { withoutEvents } from "./stage/without-events.ts";

/**
 * The peak memory of the object function for the largest batches Lambda sends: 6 MB of messages, 50
 * of them or as few as possible (EventBridge delivers up to 256 KB). The bundle runs in its own
 * Node process, with its role, and gets the batch RUNS times (default 5).
 *
 *     npm run bench:object-memory -- [RUNS] [--json]
 */
const runs = Number(process.argv[2] ?? 5) || 5;
const PAYLOAD = 6 * 1024 * 1024;
const EVENT = 256 * 1024;

await onStage(50, async (stage) => {
  await withoutEvents(stage);
  const rows = [await rowOf(stage, 50), await rowOf(stage, PAYLOAD / EVENT)];
  report("object-memory", rows, [
    `Peak resident memory of a Node process that runs the bundle, its start and modules included, over ${runs} invocations with the same batch: the first one re-encrypts every object, the others find it done. Its heap was not limited.`,
    "Lambda sends a function at most 6 MB of messages at once, however many; EventBridge delivers events of up to 256 KB.",
  ]);
});

// --- internal ---

async function rowOf(stage: Stage, count: number): Promise<Row> {
  const bucket = await objectBucket(stage, `objtrail-${count}-large`);
  const keys = keysOf(count);
  await writeObjects(stage, bucket, keys, "AES256");
  const batch = largest(stage, bucket, keys);
  let [peak, size] = [0, 0];
  await withFunction(stage, async (fn) => {
    for (let run = 0; run < runs; run++) await fn.invoke(batch);
    [peak, size] = [await fn.peak(), fn.size];
  });
  const last = await stage.ci.send(new HeadObjectCommand({ Bucket: bucket, Key: keys.at(-1) }));
  if (last.SSEKMSKeyId !== stage.sandbox.keyArn) throw new Error(`${keys.at(-1)} was not re-encrypted`);
  return {
    what: `memory of the object function, ${count} messages of 6 MB together`,
    result: `${peak} MB`,
    goal: `<= its ${size} MB`,
    met: peak <= size,
  };
}

/** A batch as large as Lambda sends it. */
function largest(stage: Stage, bucket: string, keys: readonly string[]): SQSRecord[] {
  const { account, region } = stage.sandbox;
  const padded = (padding: number) => {
    const parts = { bucket, account, region, record: { userAgent: "x".repeat(padding) } };
    return records(
      stage.sandbox,
      keys.map((key) => dataEvent("PutObject", key, parts)),
    );
  };
  const bare = JSON.stringify({ Records: padded(0) }).length;
  return padded(Math.floor((PAYLOAD - bare) / keys.length));
}
