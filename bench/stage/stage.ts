import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  S3Client,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import { readLast } from "#aws/runs/pointers";
import type { SandboxOutputs } from "../../sandbox/outputs.ts";
import { startSandbox } from "../../sandbox/sandbox.ts";

/** A sandbox of the benchmark's own, with the policy of `bench/policy.yaml`. */
export interface Stage {
  readonly sandbox: SandboxOutputs;
  /** Breaks buckets. */
  readonly alice: S3Client;
  /** Creates and watches them. */
  readonly ci: S3Client;
}

/**
 * Runs a benchmark on a sandbox with the stacks deployed, then takes it down.
 * @param trailDelay - milliseconds between a call's response and its CloudTrail event; on AWS it is
 *   seconds
 */
export async function onStage(trailDelay: number, run: (stage: Stage) => Promise<void>): Promise<void> {
  process.env.CLOUDTRAIL_DELAY_MS = String(trailDelay);
  const step = (what: string) => console.error(`bench: ${what}`);
  const { outputs, stop } = await startSandbox({ policy: POLICY, step });
  const as = (credentials: SandboxOutputs["credentials"]) =>
    new S3Client({ endpoint: outputs.endpoint, region: outputs.region, credentials: { ...credentials } });
  try {
    step("waiting until the buckets that the push concerns were looked at");
    await pushIsOver(outputs);
    await run({ sandbox: outputs, alice: as(outputs.users.alice), ci: as(outputs.users.ci) });
  } finally {
    await stop();
  }
}

export async function newBucket({ ci }: Stage, name: string): Promise<string> {
  await ci.send(new CreateBucketCommand({ Bucket: name }));
  return name;
}

/** The configuration that the policy declares. */
export function declared({ keyArn }: Pick<SandboxOutputs, "keyArn">): ServerSideEncryptionRule {
  return {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn },
    BucketKeyEnabled: true,
    BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] },
  };
}

export async function put(as: S3Client, bucket: string, rule: ServerSideEncryptionRule): Promise<void> {
  const configuration = { Rules: [rule] };
  await as.send(new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration: configuration }));
}

/** Polls until the bucket is as declared; returns the number of reads. */
export async function untilDeclared({ ci, sandbox }: Stage, bucket: string, everyMs: number): Promise<number> {
  const wanted = JSON.stringify(declared(sandbox));
  const end = Date.now() + PATIENCE_MS;
  for (let asked = 1; Date.now() < end; asked++) {
    const answer = await ci.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
    if (JSON.stringify(answer.ServerSideEncryptionConfiguration?.Rules?.[0]) === wanted) return asked;
    await sleep(everyMs);
  }
  throw new Error(`${bucket} was not repaired within ${PATIENCE_MS / 1000} s`);
}

// --- internal ---

/** A push has the buckets that it concerns looked at, which would count as somebody's calls. */
async function pushIsOver({ endpoint, region, account, rootCredentials, ledgerTable }: SandboxOutputs): Promise<void> {
  const dynamodb = new DynamoDBClient({ endpoint, region, credentials: { ...rootCredentials } });
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    if ((await readLast({ dynamodb, table: ledgerTable }, { account, region }, "push")) !== null) return;
    await sleep(250);
  }
  throw new Error(`the run of the push did not end within ${PATIENCE_MS / 1000} s`);
}

const POLICY = fileURLToPath(new URL("../policy.yaml", import.meta.url));
const PATIENCE_MS = 60_000;
