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
import { SandboxError } from "./python.ts";
import { type Seeded, seed, type UserKeys } from "./seed.ts";

export interface SandboxOptions {
  /** The port to listen on; default: a free one. */
  readonly port?: number | undefined;
  /** A policy file instead of the example. */
  readonly policy?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with every step, to show progress. */
  readonly step?: (what: string) => void;
}

/** What is needed to use a running sandbox. */
export interface SandboxOutputs extends Seeded {
  readonly endpoint: string;
  readonly region: string;
  readonly account: string;
  readonly stage: string;
  /** The root user's. */
  readonly credentials: UserKeys;
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
 * Starts the local AWS, deploys the real stacks into it with SST, creates a key and two users, and
 * pushes a policy.
 * @throws SandboxError, CommandFailed; everything that was started is taken down again.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const step = options.step ?? (() => undefined);
  if (options.policy !== undefined) await readable(options.policy);
  step("starting the local AWS");
  const local = await startLocalAws({ port: options.port });
  try {
    const target: Target = { endpoint: local.endpoint, region: REGION, account: ACCOUNT, credentials: ROOT };
    step("deploying the stacks with sst deploy");
    await deploy({ ...target, stage: STAGE, signal: options.signal });
    step("creating a KMS key and the users alice and ci");
    const seeded = await seed(target);
    const [deployment] = await findDeployments(new SSMClient({ ...target, credentials: { ...ROOT } }));
    if (deployment === undefined) throw new Error("the stack did not store its deployment parameter");
    step("pushing the policy");
    await push(local.endpoint, options.policy ?? EXAMPLE, options.signal);
    return { outputs: { ...outputsOf(target, deployment, local.callLog), ...seeded }, stop: local.stop };
  } catch (error) {
    await local.stop();
    throw error;
  }
}

/** Writes the outputs to a file for other tools; returns its path. */
export async function writeOutputs(outputs: SandboxOutputs): Promise<string> {
  const directory = join(root, ".sandbox");
  await mkdir(directory, { recursive: true });
  const path = join(directory, "outputs.json");
  await writeFile(path, `${JSON.stringify(outputs, null, 2)}\n`);
  return path;
}

/** Removes that file, unless another sandbox has written its own meanwhile. */
export async function removeOutputs(outputs: SandboxOutputs): Promise<void> {
  const path = join(root, ".sandbox", "outputs.json");
  const found = await readFile(path, "utf8").catch(() => "{}");
  if ((JSON.parse(found) as Partial<SandboxOutputs>).endpoint === outputs.endpoint) await rm(path, { force: true });
}

// --- internal ---

async function readable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch(() => {
    throw new SandboxError(`The policy file ${file} cannot be read: set SANDBOX_POLICY to its path.`);
  });
}

const root = fileURLToPath(new URL("..", import.meta.url));
const REGION = "us-east-1";
const ACCOUNT = "000000000000";
const STAGE = "sandbox";
const ROOT: UserKeys = { accessKeyId: "test", secretAccessKey: "test" };
const EXAMPLE = join(root, "examples", "policies", "baseline.yaml");

type Target = Pick<SandboxOutputs, "endpoint" | "region" | "account" | "credentials">;

function outputsOf(target: Target, deployment: Deployment, callLog: string): Omit<SandboxOutputs, keyof Seeded> {
  return {
    ...target,
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

async function push(endpoint: string, file: string, signal: AbortSignal | undefined): Promise<void> {
  await command(process.execPath, [join(root, "cli", "main.ts"), "push", file, "--yes"], {
    cwd: process.cwd(),
    signal,
    env: {
      PATH: process.env.PATH,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: ROOT.accessKeyId,
      AWS_SECRET_ACCESS_KEY: ROOT.secretAccessKey,
    },
  });
}
