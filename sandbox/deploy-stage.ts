import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SSMClient } from "@aws-sdk/client-ssm";
import { findDeployments } from "#aws/ssm/deployment";
import type { Deployment } from "#core/stage/deployment";
import { command } from "./command.ts";
import { deploy } from "./deploy.ts";
import type { LocalAws } from "./local-aws.ts";
import type { SandboxOutputs } from "./outputs.ts";
import { type Seeded, seed, type UserKeys } from "./seed.ts";

/** A stage in an account of a local AWS that runs. */
export interface StageOptions {
  readonly account: string;
  readonly stage: string;
  /** The access key of the account's root user. */
  readonly rootKey: string;
  /** The file of the organization that it is the hub of. */
  readonly org?: string | undefined;
  /** A policy file instead of the example. */
  readonly policy?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of every step, for people who wait. */
  readonly step?: (what: string) => void;
}

/**
 * Deploys the real stacks into an account with SST, makes a key and three users, and pushes a
 * policy.
 * @throws CommandFailed
 */
export async function deployStage(
  { endpoint, callLog }: Pick<LocalAws, "endpoint" | "callLog">,
  { account, stage, rootKey, org, policy, signal, step = () => undefined }: StageOptions,
): Promise<SandboxOutputs> {
  const rootCredentials: UserKeys = { accessKeyId: rootKey, secretAccessKey: "test" };
  const target: Target = { endpoint, region: REGION, account, credentials: rootCredentials };
  step("deploying the stacks with sst deploy");
  const waiting = (pid: number) => step(`waiting for another sandbox to be deployed (process ${pid})`);
  await deploy({ ...target, stage, rootKey, org, signal, waiting });
  step("making a KMS key, dana, alice and ci");
  const seeded = await seed(target);
  const [deployment] = await findDeployments(new SSMClient({ ...target, credentials: { ...rootCredentials } }));
  if (deployment === undefined) throw new Error("the stack did not write down its deployment");
  step("pushing the policy");
  await push(endpoint, seeded.users.dana, policy ?? EXAMPLE, signal);
  return {
    ...outputsOf(target, deployment, callLog),
    ...seeded,
    credentials: seeded.users.dana,
    rootCredentials,
  };
}

// --- internal ---

const root = fileURLToPath(new URL("..", import.meta.url));
const REGION = "us-east-1";
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
