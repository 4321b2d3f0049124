import { HeadObjectCommand } from "@aws-sdk/client-s3";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { billOfPass, billOfRequests, billText, totalOf } from "./cost/backfill-bill.ts";
import { PRICES_OF } from "./cost/prices.ts";
import { backfillHere, bareBackfill, WIDTH } from "./drill/backfill-here.ts";
import { byStage, feed, stageBackfills, withPrograms } from "./drill/backfill-stage.ts";
import { loggedCalls } from "./drill/logged-calls.ts";
import { quantile } from "./report/quantile.ts";
import { type Row, report } from "./report/report.ts";
import { keysOf, objectBucket, writeObjects } from "./stage/object-stage.ts";
import { onStage, type Stage } from "./stage/stage.ts";

/**
 * Existing objects: how fast they are brought to what is declared, from here and by a stage, next
 * to a bare client; calls, bytes moved and memory; what a million of them costs, next to other
 * ways. ROUNDS (default 5) in turns after one that does not count, of OBJECTS (default 600) each.
 *
 *     npm run bench:backfill -- [ROUNDS] [OBJECTS] [--json]
 */
const rounds = Number(process.argv[2] ?? 5) || 5;
const objects = Number(process.argv[3] ?? 600) || 600;
const GOAL = 0.85;
const MANY = 100_000;
const MILLION = 1_000_000;
/** Calls about one object. */
const OBJECT: ReadonlySet<string> = new Set(["HeadObject", "UpdateObjectEncryption"]);
const MOVING: ReadonlySet<string> = new Set(["GetObject", "PutObject", "CopyObject", "UploadPart", "UploadPartCopy"]);

await onStage(50, async (stage) => {
  const bucket = await objectBucket(stage, "objrest-throughput");
  const keys = keysOf(objects);
  const [here, bare] = [await backfillHere(stage), bareBackfill(stage)];
  const backfills = await stageBackfills(stage);
  const rewrite = () => writeObjects(stage, bucket, keys, "AES256");
  const rate = async (work: () => Promise<unknown>) => {
    const begun = performance.now();
    await work();
    return objects / ((performance.now() - begun) / 1000);
  };

  await feed(stage, backfills, false);
  const wrong: Turn[] = [];
  const right: Turn[] = [];
  let peaks = { lister: 0, looker: 0 };
  await withPrograms(stage, backfills, async (programs) => {
    for (let round = -1; round < rounds; round++) {
      await rewrite();
      const mine = await rate(() => here(bucket));
      await asDeclared(stage, bucket, keys);
      const looked = await rate(() => here(bucket));
      await rewrite();
      const theirs = await rate(() => bare(bucket));
      const seen = await rate(() => bare(bucket));
      await rewrite();
      const functions = await rate(() => programs.pass(bucket));
      await asDeclared(stage, bucket, keys);
      if (round < 0) continue;
      wrong.push({ here: mine, bare: theirs, stage: functions });
      right.push({ here: looked, bare: seen, stage: 0 });
    }
    peaks = await programs.peaks();
  });

  await rewrite();
  const calls = await loggedCalls(stage.sandbox.callLog);
  await here(bucket);
  const ofWrong = s3Of(await calls(), bucket);
  await here(bucket);
  const ofRight = s3Of(await calls(), bucket);

  await feed(stage, backfills, true);
  await rewrite();
  const send = await sender(stage, backfills);
  const updated = await byStage(stage, backfills, bucket, send);
  const declared = await byStage(stage, backfills, bucket, send);

  const [wrongCalls, rightCalls] = [perObject(ofWrong), perObject(ofRight)];
  const lists = ofRight.filter((api) => api === "ListObjectVersions").length;
  const moving = ofWrong.filter((api) => MOVING.has(api)).length;
  const seconds = MANY / median(right, "here");
  const looksOnly = billOfRequests(MANY, { lists: MANY / 500, looks: MANY });
  const rows: readonly Row[] = [
    {
      what: "existing objects updated from here, next to a bare client that lists, looks, updates and looks",
      result: ratioText(wrong, "here"),
      goal: `>= ${GOAL}x`,
      met: ratioOf(wrong, "here") >= GOAL,
      headline: {},
    },
    {
      what: "existing objects as declared, looked at from here, next to a bare client that lists and looks",
      result: ratioText(right, "here"),
    },
    {
      what: "existing objects updated by one lister and one object function, next to the bare client",
      result: ratioText(wrong, "stage"),
      goal: `>= ${GOAL}x`,
      met: ratioOf(wrong, "stage") >= GOAL,
    },
    {
      what: "S3 calls for an existing object that is not as declared",
      result: wrongCalls.toFixed(2),
      goal: "<= 3, and the share of its list and bucket",
      met: ofWrong.filter((api) => OBJECT.has(api)).length <= 3 * objects,
    },
    {
      what: "S3 calls for an existing object that is as declared",
      result: `${rightCalls.toFixed(2)}, of them ${(lists / objects).toFixed(3)} for the list`,
      goal: "<= 1, and the share of its list and bucket",
      met: ofRight.filter((api) => OBJECT.has(api)).length <= objects,
    },
    {
      what: `calls that move bytes, for ${objects} existing objects updated`,
      result: `${moving}`,
      goal: "0",
      met: moving === 0,
    },
    {
      what: "memory of the lister, of the object function",
      result: `${peaks.lister} MB, ${peaks.looker} MB`,
      goal: "<= 512 MB",
      met: Math.max(peaks.lister, peaks.looker) <= 512,
    },
    {
      what: `${MANY.toLocaleString("en")} existing objects listed and looked at from here, computed from ${objects}`,
      result: `${Math.ceil(seconds)} s, ${((totalOf(looksOnly) * MANY) / MILLION).toFixed(2)} USD`,
    },
    { what: "a million existing objects updated by a stage", result: billText(billOfPass(updated)), headline: {} },
    { what: "a million existing objects as declared, looked at by a stage", result: billText(billOfPass(declared)) },
    {
      what: "a million updated from here",
      result: billText(billOfRequests(objects, { lists: lists, looks: 2 * objects, writes: objects, kms: objects })),
    },
    {
      what: "a million updated by a job of S3 Batch Operations alone",
      result: billText(billOfRequests(MILLION, { jobs: 1, tasks: MILLION, writes: MILLION, kms: MILLION })),
    },
    {
      what: "a million copied by a job of S3 Batch Operations, as the AWS blog does",
      result: billText(
        billOfRequests(MILLION, { jobs: 1, tasks: MILLION, inventory: MILLION, writes: MILLION, kms: MILLION }),
      ),
    },
    {
      what: "a million copied by Cloud Custodian's encrypt-keys",
      result: billText(
        billOfRequests(MILLION, { lists: MILLION / 1_000, looks: MILLION, writes: MILLION, kms: MILLION }),
      ),
    },
  ];
  report("backfill", rows, [
    `${rounds} alternating rounds after a warm-up round, ${objects} objects each; medians of the rounds' ratios and of the values. Ours and the bare client run in one process, ${WIDTH} calls at once; the bare client judges and guards nothing.`,
    "One lister and one object function are their deployed bundles, each in a Node process of its own, batch after batch, with what they write into the ledger; a stage has two of each.",
    `The local AWS takes 2 to 10 ms a call, and one core serves all of them; on AWS a call takes longer and many are made at once, so seconds are those of this machine. Prices in USD for us-east-1, collected on ${PRICES_OF} (bench/cost/prices.ts).`,
    "Calls of a stage are measured; those of the other ways are computed: a job's task is one UpdateObjectEncryption or one CopyObject, with Lambda's, inventory's and report's parts left out; encrypt-keys makes one HeadObject and one CopyObject a key (c7n/resources/s3.py). KMS is one call a write, as without a bucket key. A copy in a versioned bucket also keeps the old version, 0.023 USD a GB and month; an update makes none.",
  ]);
});

// --- internal ---

/** Objects a second. */
type Turn = Readonly<Record<"here" | "bare" | "stage", number>>;

function median(turns: readonly Turn[], of: keyof Turn): number {
  return quantile(
    turns.map((turn) => turn[of]),
    0.5,
  );
}

function ratioOf(turns: readonly Turn[], of: "here" | "stage"): number {
  return quantile(
    turns.map((turn) => turn[of] / turn.bare),
    0.5,
  );
}

function ratioText(turns: readonly Turn[], of: "here" | "stage"): string {
  return `${ratioOf(turns, of).toFixed(2)}x (${Math.round(median(turns, of))} objects a second, bare client ${Math.round(median(turns, "bare"))})`;
}

function s3Of(
  calls: readonly { readonly service: string; readonly bucket: string | null; readonly api: string }[],
  bucket: string,
): string[] {
  return calls.filter((call) => call.service === "s3" && call.bucket === bucket).map(({ api }) => api);
}

function perObject(calls: readonly string[]): number {
  return calls.length / objects;
}

async function asDeclared({ ci, sandbox }: Stage, Bucket: string, keys: readonly string[]): Promise<void> {
  const last = await ci.send(new HeadObjectCommand({ Bucket, Key: keys.at(-1) }));
  if (last.SSEKMSKeyId !== sandbox.keyArn) throw new Error(`${keys.at(-1)} was not re-encrypted`);
}

/** Sends to the lister as a person does. */
async function sender({ sandbox }: Stage, { deployment }: Awaited<ReturnType<typeof stageBackfills>>) {
  const { endpoint, region, credentials } = sandbox;
  const sts = new STSClient({ endpoint, region, credentials: { ...credentials } });
  const { Credentials: given } = await sts.send(
    new AssumeRoleCommand({ RoleArn: deployment.backfillRoleArn, RoleSessionName: "bench" }),
  );
  const {
    AccessKeyId: accessKeyId = "",
    SecretAccessKey: secretAccessKey = "",
    SessionToken: sessionToken = "",
  } = given ?? {};
  const sqs = new SQSClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey, sessionToken } });
  return async (message: object) => {
    await sqs.send(
      new SendMessageCommand({ QueueUrl: deployment.backfillQueueUrl, MessageBody: JSON.stringify(message) }),
    );
  };
}
