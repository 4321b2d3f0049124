import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { buildFunctions } from "../scripts/build-functions.ts";
import { dataEvent } from "../test/events/object.ts";
import { functionSession } from "./function-session.ts";
import { keysOf, objectBucket, records, writeObjects } from "./object-stage.ts";
import { type Row, report } from "./report.ts";
import { onStage, type Stage } from "./stage.ts";
import { withoutEvents } from "./without-events.ts";

/**
 * The most memory that the object function takes for the largest batches Lambda gives it: 6 MB of messages, 50 of them or as few as there can be
 * (EventBridge delivers up to 256 KB). The bundle runs in a Node of its own as its role with the deployed function's environment, and is given the batch RUNS times (default 5).
 *
 *     npm run bench:object-memory -- [RUNS] [--json]
 */
const runs = Number(process.argv[2] ?? 5) || 5;
const PAYLOAD = 6 * 1024 * 1024;
const EVENT = 256 * 1024;

await onStage(50, async (stage) => {
  const { sandbox } = stage;
  const { endpoint, region, credentials, functions } = sandbox;
  const lambda = new LambdaClient({ endpoint, region, credentials: { ...credentials } });
  const deployed = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functions.object }));
  const session = await functionSession(sandbox);
  const environment = {
    ...deployed.Environment?.Variables,
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: functions.object,
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
  };
  await withoutEvents(stage);
  const size = deployed.MemorySize ?? 0;
  const folder = await mkdtemp(join(tmpdir(), "bucketseal-memory-"));
  try {
    await buildFunctions(folder);
    const peak = async (count: number) => {
      const event = join(folder, `${count}.json`);
      await writeFile(event, await largest(stage, count));
      return peakOf(join(folder, "object", "index.mjs"), event, environment);
    };
    const few = PAYLOAD / EVENT;
    report(
      "object-memory",
      [rowOf(50, await peak(50), size), rowOf(few, await peak(few), size)],
      [
        `Resident memory of a Node process that runs the bundle, its start and modules included, at its highest in ${runs} invocations with the same batch: the first one re-encrypts every object, the others find it done. No limit was set to its heap.`,
        "Lambda gives a function at most 6 MB of messages at once, however many; EventBridge delivers events of up to 256 KB.",
      ],
    );
  } finally {
    await rm(folder, { recursive: true });
  }
});

// --- internal ---

function rowOf(count: number, megabytes: number, size: number): Row {
  return {
    what: `memory of the object function, ${count} messages of 6 MB together`,
    result: `${megabytes} MB`,
    goal: `<= its ${size} MB`,
    met: megabytes <= size,
    ...(count === 50 ? { headline: {} } : {}),
  };
}

/** A batch of so many messages, as large as Lambda gives them, as JSON. */
async function largest(stage: Stage, count: number): Promise<string> {
  const { account, region } = stage.sandbox;
  const bucket = await objectBucket(stage, `objtrail-${count}-large`);
  const keys = keysOf(count);
  await writeObjects(stage, bucket, keys, "AES256");
  const padded = (padding: number) =>
    JSON.stringify({
      Records: records(
        stage.sandbox,
        keys.map((key) =>
          dataEvent("PutObject", key, { bucket, account, region, record: { userAgent: "x".repeat(padding) } }),
        ),
      ),
    });
  return padded(Math.floor((PAYLOAD - padded(0).length) / count));
}

async function peakOf(bundle: string, event: string, env: NodeJS.ProcessEnv): Promise<number> {
  const script = `
    const { readFileSync } = await import("node:fs");
    const { handler } = await import(${JSON.stringify(pathToFileURL(bundle))});
    for (let run = 0; run < ${runs}; run++) {
      const batch = JSON.parse(readFileSync(${JSON.stringify(event)}, "utf8"));
      const context = { awsRequestId: "bench-" + run, functionName: "object", getRemainingTimeInMillis: () => 300_000 };
      const { batchItemFailures } = await handler(batch, context);
      if (batchItemFailures.length > 0) throw new Error(JSON.stringify(batchItemFailures));
    }
    process.stdout.write("\\npeak " + process.resourceUsage().maxRSS, () => process.exit());
  `;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { env, maxBuffer: 1 << 26 });
  const changed = stdout.split("\n").filter((line) => line.includes('"outcome":"changed"')).length;
  const [, kilobytes] = /peak (\d+)$/.exec(stdout) ?? [];
  if (kilobytes === undefined || changed === 0) throw new Error(`nothing was re-encrypted: ${stdout.slice(-2000)}`);
  return Math.ceil(Number(kilobytes) / 1024);
}
