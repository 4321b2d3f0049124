import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { HeadObjectCommand, S3Client, UpdateObjectEncryptionCommand } from "@aws-sdk/client-s3";
import type { SQSRecord } from "aws-lambda";
import { type FunctionProcess, withFunction } from "./process/process.ts";
import { functionSession } from "./process/session.ts";
import { quantile } from "./report/quantile.ts";
import { type Row, report } from "./report/report.ts";
import { keysOf, messages, objectBucket, writeObjects } from "./stage/object-stage.ts";
import { onStage, type Stage } from "./stage/stage.ts";
import { withoutEvents } from "./stage/without-events.ts";

/**
 * Objects re-encrypted per second by one function with batches of 50 one after the other, next to a
 * bare client that makes the three necessary calls for each (HeadObject, UpdateObjectEncryption,
 * HeadObject) with the same role and the same parallelism. The function runs as a program, like the
 * bare client, and then in the local AWS's Lambda. ROUNDS (default 5) in turns after one that does
 * not count.
 *
 *     npm run bench:objects -- [ROUNDS] [--json]
 */
const rounds = Number(process.argv[2] ?? 5) || 5;
const BATCH = 50;
const BATCHES = 6;
const OBJECTS = BATCH * BATCHES;
/** The function's highest number of parallel calls to one bucket. */
const WIDTH = 24;
const GOAL = 0.85;
const CUSTODIAN = "0.48";

await onStage(50, async (stage) => {
  await withoutEvents(stage);
  const bucket = await objectBucket(stage, "objs3-throughput");
  const bare = await bareClient(stage);
  const keys = keysOf(OBJECTS);
  const rates: Rates[] = [];
  await withFunction(stage, async (fn) => {
    const rate = (work: () => Promise<void>) => rateOf(stage, bucket, keys, work);
    const inBatches = async (invoke: FunctionProcess["invoke"]) => {
      for (let from = 0; from < keys.length; from += BATCH) {
        await invoke(messages(stage, bucket, keys.slice(from, from + BATCH)));
      }
    };
    for (let round = -1; round < rounds; round++) {
      const program = await rate(() => inBatches(fn.invoke));
      const client = await rate(() => bare(bucket, keys));
      const lambda = await rate(() => inBatches((records) => byLambda(stage, records)));
      if (round >= 0) rates.push({ program, client, lambda });
    }
  });
  const result = (of: "program" | "lambda") =>
    `${ratioOf(rates, of).toFixed(2)}x (${typical(rates, of)} objects a second, bare client ${typical(rates, "client")})`;
  const rows: readonly Row[] = [
    {
      what: "objects re-encrypted in place, one function next to a bare client",
      result: result("program"),
      goal: `>= ${GOAL}x`,
      met: ratioOf(rates, "program") >= GOAL,
      headline: { custodian: `${CUSTODIAN}x` },
    },
    { what: "the same, with the local AWS's Lambda around the function", result: result("lambda") },
  ];
  report("objects", rows, [
    `${rounds} alternating rounds after a warm-up round, ${OBJECTS} objects each; medians of the rounds' ratios and of the values. The function is given batches of ${BATCH} messages, one after the other, and its time includes what it writes into the ledger.`,
    `The bare client makes HeadObject, UpdateObjectEncryption and HeadObject for each object, ${WIDTH} objects at once, as the function's role; it judges and records nothing.`,
    "The first figure is that of the deployed bundle in its own Node process, like the bare client. The second one includes the local AWS's own work to invoke a function and keep its log, in the process that serves the calls.",
    "The event rules are disabled meanwhile: neither is slowed down by the events of its own writes.",
    `Cloud Custodian's own key encryption, same emulator, measured once: ${CUSTODIAN} of a bare client.`,
  ]);
});

// --- internal ---

/** Objects per second. */
type Rates = Readonly<Record<"program" | "client" | "lambda", number>>;

function ratioOf(rates: readonly Rates[], of: "program" | "lambda"): number {
  const ratios = rates.map((rate) => rate[of] / rate.client);
  return quantile(ratios, 0.5);
}

function typical(rates: readonly Rates[], of: keyof Rates): number {
  const values = rates.map((rate) => rate[of]);
  return Math.round(quantile(values, 0.5));
}

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

async function byLambda({ sandbox }: Stage, Records: readonly SQSRecord[]): Promise<void> {
  const { endpoint, region, credentials, functions } = sandbox;
  const lambda = new LambdaClient({ endpoint, region, credentials: { ...credentials } });
  const { Payload, FunctionError } = await lambda.send(
    new InvokeCommand({ FunctionName: functions.object, Payload: JSON.stringify({ Records }) }),
  );
  const answer = Payload?.transformToString() ?? "";
  if (FunctionError !== undefined || !/^{"batchItemFailures": ?\[\]}$/.test(answer)) throw new Error(answer);
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
