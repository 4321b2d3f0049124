import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { SQSRecord } from "aws-lambda";
import { buildFunctions } from "../../scripts/build-functions.ts";
import type { Stage } from "../stage/stage.ts";
import { functionSession } from "./session.ts";

/** A function's bundle in its own Node process, without the local AWS's Lambda around it. */
export interface FunctionProcess {
  /** The memory of the deployed function, in MB. */
  readonly size: number;
  /** Sends it a batch. @throws Error if a message would be redelivered. */
  invoke(records: readonly SQSRecord[]): Promise<void>;
  /** Its peak resident memory so far, in MB. */
  peak(): Promise<number>;
}

/**
 * Starts the object function, or another one, with its role and the deployed function's
 * environment, and ends it after `run`. Its log is dropped.
 */
export async function withFunction(
  stage: Stage,
  run: (fn: FunctionProcess) => Promise<void>,
  which: { readonly bundle: string; readonly name: string } = {
    bundle: "object",
    name: stage.sandbox.functions.object,
  },
): Promise<void> {
  const { sandbox } = stage;
  const { endpoint, region, credentials } = sandbox;
  const lambda = new LambdaClient({ endpoint, region, credentials: { ...credentials } });
  const deployed = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: which.name }));
  const session = await functionSession(sandbox, which.name);
  const folder = await mkdtemp(join(tmpdir(), "bucketseal-function-"));
  await buildFunctions(folder);
  const env = {
    ...deployed.Environment?.Variables,
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_LAMBDA_FUNCTION_NAME: which.name,
    AWS_ACCESS_KEY_ID: session.accessKeyId,
    AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
    AWS_SESSION_TOKEN: session.sessionToken,
  };
  const script = mainOf(join(folder, which.bundle, "index.mjs"));
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    env,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ended = once(child, "exit");
  const ask = async (question: object): Promise<Answer> => {
    child.send(question);
    const [answer] = (await Promise.race([once(child, "message"), ended])) as [Answer | number | null];
    if (answer === null || typeof answer === "number") throw new Error(`the function's process ended with ${answer}`);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  };
  try {
    await run({
      size: deployed.MemorySize ?? 0,
      invoke: async (Records) => {
        await ask({ Records });
      },
      peak: async () => Math.ceil(((await ask({})).kilobytes ?? 0) / 1024),
    });
  } finally {
    child.kill();
    await rm(folder, { recursive: true });
  }
}

// --- internal ---

interface Answer {
  readonly error?: string;
  readonly kilobytes?: number;
}

/** A request with records is a batch; every response holds the memory. */
function mainOf(bundle: string): string {
  return `
    const { handler } = await import(${JSON.stringify(pathToFileURL(bundle))});
    let count = 0;
    process.on("message", async (question) => {
      try {
        if (question.Records !== undefined) {
          const awsRequestId = "bench-" + process.pid + "-" + count++;
          const context = { awsRequestId, functionName: "object", getRemainingTimeInMillis: () => 300_000 };
          const { batchItemFailures } = await handler(question, context);
          if (batchItemFailures.length > 0) throw new Error(batchItemFailures.length + " messages would be redelivered");
        }
        process.send({ kilobytes: process.resourceUsage().maxRSS });
      } catch (error) {
        process.send({ error: String(error) });
      }
    });
  `;
}
