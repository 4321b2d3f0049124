import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { HeadObjectCommand, S3Client, UpdateObjectEncryptionCommand } from "@aws-sdk/client-s3";
import { functionSession } from "./function-session.ts";
import { keysOf, messages, objectBucket, writeObjects } from "./object-stage.ts";
import { quantile } from "./quantile.ts";
import { report } from "./report.ts";
import { onStage, type Stage } from "./stage.ts";
import { withoutEvents } from "./without-events.ts";

/**
 * Objects re-encrypted per second by one function that is given batches of 50 one after the other, next to a bare client that makes the three
 * necessary calls for each (HeadObject, UpdateObjectEncryption, HeadObject), as the function's role and as many at once. ROUNDS
 * (default 5) in turns after one that does not count.
 *
 *     npm run bench:objects -- [ROUNDS] [--json]
 */
const rounds = Number(process.argv[2] ?? 5) || 5;
const BATCH = 50;
const BATCHES = 6;
const OBJECTS = BATCH * BATCHES;
/** Objects that the function works on side by side. */
const WIDTH = 24;
const GOAL = 0.85;
const CUSTODIAN = "0.48";

await onStage(50, async (stage) => {
  await withoutEvents(stage);
  const bucket = await objectBucket(stage, "objs3-throughput");
  const bare = await bareClient(stage);
  const keys = keysOf(OBJECTS);
  const rates: { readonly ours: number; readonly bare: number }[] = [];
  for (let round = -1; round < rounds; round++) {
    const ours = await rateOf(stage, bucket, keys, () => byFunction(stage, bucket, keys));
    const theirs = await rateOf(stage, bucket, keys, () => bare(bucket, keys));
    if (round >= 0) rates.push({ ours, bare: theirs });
  }
  const ratio = quantile(
    rates.map(({ ours, bare: theirs }) => ours / theirs),
    0.5,
  );
  const typical = (of: "ours" | "bare") =>
    Math.round(
      quantile(
        rates.map((rate) => rate[of]),
        0.5,
      ),
    );
  report(
    "objects",
    [
      {
        what: "objects re-encrypted in place, one function next to a bare client",
        result: `${ratio.toFixed(2)}x (${typical("ours")} objects a second, bare client ${typical("bare")})`,
        goal: `>= ${GOAL}x`,
        met: ratio >= GOAL,
        headline: { custodian: `${CUSTODIAN}x` },
      },
    ],
    [
      `${rounds} rounds in turns after one that does not count, ${OBJECTS} objects each; the median of the rounds' ratios, and of the values. The function is invoked with batches of ${BATCH} messages, one after the other: its time holds Lambda's, the batch's ledger writes and its log.`,
      `The bare client makes HeadObject, UpdateObjectEncryption and HeadObject for each object, ${WIDTH} objects at once, as the function's role; it judges and records nothing.`,
      "The rules on events are off meanwhile: neither is slowed down by the events of its own writes.",
      `Cloud Custodian's own key encryption, same emulator, measured once: ${CUSTODIAN} of a bare client.`,
    ],
  );
});

// --- internal ---

async function rateOf(
  stage: Stage,
  bucket: string,
  keys: readonly string[],
  work: () => Promise<void>,
): Promise<number> {
  await writeObjects(stage, bucket, keys, "AES256");
  const begun = performance.now();
  await work();
  const seconds = (performance.now() - begun) / 1000;
  const last = await stage.ci.send(new HeadObjectCommand({ Bucket: bucket, Key: keys.at(-1) }));
  if (last.SSEKMSKeyId !== stage.sandbox.keyArn) throw new Error(`${keys.at(-1)} was not re-encrypted`);
  return keys.length / seconds;
}

async function byFunction(stage: Stage, bucket: string, keys: readonly string[]): Promise<void> {
  const { endpoint, region, credentials, functions } = stage.sandbox;
  const lambda = new LambdaClient({ endpoint, region, credentials: { ...credentials } });
  for (let from = 0; from < keys.length; from += BATCH) {
    const Records = messages(stage, bucket, keys.slice(from, from + BATCH));
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName: functions.object, Payload: JSON.stringify({ Records }) }),
    );
    const answer = Payload?.transformToString() ?? "";
    if (FunctionError !== undefined || !/^{"batchItemFailures": ?\[\]}$/.test(answer)) throw new Error(answer);
  }
}

async function bareClient({ sandbox }: Stage): Promise<(bucket: string, keys: readonly string[]) => Promise<void>> {
  const { endpoint, region, keyArn } = sandbox;
  const s3 = new S3Client({ endpoint, region, credentials: await functionSession(sandbox) });
  const SSEKMS = { KMSKeyArn: keyArn, BucketKeyEnabled: true };
  return async (Bucket, keys) => {
    const rest = keys.values();
    const worker = async () => {
      for (const Key of rest) {
        const { VersionId } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
        await s3.send(new UpdateObjectEncryptionCommand({ Bucket, Key, VersionId, ObjectEncryption: { SSEKMS } }));
        await s3.send(new HeadObjectCommand({ Bucket, Key, VersionId }));
      }
    };
    await Promise.all(Array.from({ length: WIDTH }, worker));
  };
}
