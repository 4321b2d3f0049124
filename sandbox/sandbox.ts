import { constants } from "node:fs";
import { access, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SSMClient } from "@aws-sdk/client-ssm";
import { findDeployments } from "#aws/ssm/deployment";
import type { Deployment } from "#core/stage/deployment";
import { command } from "./command.ts";
import { deploy } from "./deploy.ts";
import { startLocalAws } from "./local-aws.ts";
import { isAlive } from "./lock.ts";
import { SandboxError } from "./python.ts";
import { type Seeded, seed, type UserKeys } from "./seed.ts";

export interface SandboxOptions {
  /** The port to listen on; default: a free one. */
  readonly port?: number | undefined;
  /** A policy file instead of the example. */
  readonly policy?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of every step, for people who wait. */
  readonly step?: (what: string) => void;
}

/** What one needs to know to use a running sandbox. */
export interface SandboxOutputs extends Seeded {
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  readonly stage: string;
  /** Those of dana, who may do everything. */
  readonly credentials: UserKeys;
  /** The root user's, who can assume no role: for what only tests do. */
  readonly rootCredentials: UserKeys;
  readonly topicArn: string;
  readonly policyTable: string;
  readonly ledgerTable: string;
  readonly queues: {
    readonly events: string;
    readonly deadLetters: string;
    readonly undelivered: string;
    readonly objects: string;
    readonly objectDeadLetters: string;
    readonly objectUndelivered: string;
  };
  readonly functions: { readonly bucket: string; readonly policy: string; readonly object: string };
  readonly pushRoleArn: string;
  readonly pauseParameter: string;
  readonly callLog: string;
}

export interface Sandbox {
  readonly outputs: SandboxOutputs;
  /** Takes everything down. */
  stop(): Promise<void>;
}

/**
 * Starts the local AWS, deploys the real stacks into it with SST, makes a key and three users, and
 * pushes a policy.
 * @throws SandboxError, CommandFailed: with everything that was started taken down again.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const step = options.step ?? (() => undefined);
  if (options.policy !== undefined) await readable(options.policy);
  step("starting the local AWS");
  const local = await startLocalAws({ port: options.port });
  try {
    const target: Target = { endpoint: local.endpoint, region: REGION, account: ACCOUNT, credentials: ROOT };
    step("deploying the stacks with sst deploy");
    const waiting = (pid: number) => step(`waiting for another sandbox to be deployed (process ${pid})`);
    await deploy({ ...target, stage: STAGE, signal: options.signal, waiting });
    step("making a KMS key, dana, alice and ci");
    const seeded = await seed(target);
    const [deployment] = await findDeployments(new SSMClient({ ...target, credentials: { ...ROOT } }));
    if (deployment === undefined) throw new Error("the stack did not write down its deployment");
    step("pushing the policy");
    await push(local.endpoint, seeded.users.dana, options.policy ?? EXAMPLE, options.signal);
    const outputs = {
      ...outputsOf(target, deployment, local.callLog),
      ...seeded,
      credentials: seeded.users.dana,
      rootCredentials: ROOT,
    };
    return { outputs, stop: local.stop };
  } catch (error) {
    await local.stop();
    throw error;
  }
}

/**
 * Writes the outputs where other tools find them and returns the paths:
 * `.sandbox/outputs-PORT.json`, and `.sandbox/outputs.json` unless another sandbox that still runs
 * has written its own there.
 */
export async function writeOutputs(outputs: SandboxOutputs): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const first = join(directory, "outputs.json");
  const paths = [ownFile(outputs), ...((await isTaken(first)) ? [] : [first])];
  const text = `${JSON.stringify({ ...outputs, pid: process.pid }, null, 2)}\n`;
  for (const path of paths) await writeFile(path, text);
  return paths;
}

/** Removes the outputs of this sandbox, and no other's. */
export async function removeOutputs(outputs: SandboxOutputs): Promise<void> {
  await rm(ownFile(outputs), { force: true });
  const first = join(directory, "outputs.json");
  if ((await written(first)).endpoint === outputs.endpoint) await rm(first, { force: true });
}

// --- internal ---

function ownFile({ endpoint }: SandboxOutputs): string {
  return join(directory, `outputs-${new URL(endpoint).port}.json`);
}

async function written(path: string): Promise<{ readonly endpoint?: string; readonly pid?: number }> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return {};
  }
}

async function isTaken(path: string): Promise<boolean> {
  const { pid } = await written(path);
  return pid !== undefined && pid !== process.pid && isAlive(pid);
}

async function readable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch(() => {
    throw new SandboxError(`The policy file ${file} cannot be read: say where it is with SANDBOX_POLICY.`);
  });
}

const root = fileURLToPath(new URL("..", import.meta.url));
const directory = join(root, ".sandbox");
const REGION = "us-east-1";
const ACCOUNT = "000000000000";
const STAGE = "sandbox";
const ROOT: UserKeys = { accessKeyId: "test", secretAccessKey: "test" };
const EXAMPLE = join(root, "examples", "policies", "baseline.yaml");

type Target = Pick<SandboxOutputs, "endpoint" | "region" | "account" | "credentials">;

/** The outputs but for what was seeded and who may use it. */
type Deployed = Omit<SandboxOutputs, keyof Seeded | "credentials" | "rootCredentials">;

function outputsOf(target: Target, deployment: Deployment, callLog: string): Deployed {
  const { endpoint, region, account } = target;
  return {
    endpoint,
    region,
    account,
    stage: deployment.stage,
    topicArn: deployment.topicArn,
    policyTable: deployment.policyTable,
    ledgerTable: deployment.ledgerTable,
    queues: {
      events: deployment.eventQueueUrl,
      deadLetters: deployment.deadLetterQueueUrl,
      undelivered: deployment.undeliveredQueueUrl,
      objects: deployment.objectQueueUrl,
      objectDeadLetters: deployment.objectDeadLetterQueueUrl,
      objectUndelivered: deployment.objectUndeliveredQueueUrl,
    },
    functions: {
      bucket: deployment.bucketFunction,
      policy: deployment.policyFunction,
      object: deployment.objectFunction,
    },
    pushRoleArn: deployment.pushRoleArn,
    pauseParameter: deployment.pauseParameter,
    callLog,
  };
}

/** The root user cannot: it assumes no role. */
async function push(endpoint: string, dana: UserKeys, file: string, signal: AbortSignal | undefined): Promise<void> {
  await command(process.execPath, [join(root, "cli", "main.ts"), "push", file, "--yes"], {
    cwd: process.cwd(),
    signal,
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: dana.accessKeyId,
      AWS_SECRET_ACCESS_KEY: dana.secretAccessKey,
    },
  });
}
