import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type ServerSideEncryption,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import { inject } from "vitest";
import type { BucketState } from "#core/ledger/state";
import type { SandboxOutputs } from "../../../sandbox/outputs.ts";
import { type CliRun, runCli } from "../../cli/run-cli.ts";
import { readCalls } from "../local-aws/call-log.ts";
import { type Clients, type Credentials, clients } from "../local-aws/clients.ts";
import type { LoggedCall } from "../local-aws/local-aws.ts";

/** The sandbox as an end-to-end test sees it: people with credentials. */
export interface Story {
  readonly sandbox: SandboxOutputs;
  readonly root: Clients;
  /** Somebody who may do everything, and assume roles, which the root user cannot. */
  readonly dana: Clients;
  readonly alice: Clients;
  readonly ci: Clients;
  /** Clients with other credentials, or in another Region. */
  as(credentials: Credentials, region?: string): Clients;
}

export function story(): Story {
  const sandbox = inject("sandbox");
  // A copy: the SDK writes into the credentials it is given.
  const as: Story["as"] = (credentials, region = sandbox.region) =>
    clients({ endpoint: sandbox.endpoint, region, credentials: { ...credentials } });
  return {
    sandbox,
    as,
    root: as(sandbox.rootCredentials),
    dana: as(sandbox.credentials),
    alice: as(sandbox.users.alice),
    ci: as(sandbox.users.ci),
  };
}

/** Seconds that a busy machine may take over what a quiet one does in a few. */
const PATIENCE = 60;

export const aliceArn = "arn:aws:iam::000000000000:user/alice";
export const ciArn = "arn:aws:iam::000000000000:user/ci";

/** A unique name. */
export function nameOf(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}

/** Creates a bucket, with a unique name unless one is given. */
export async function newBucket(as: Clients, prefix: string, Bucket = nameOf(prefix)): Promise<string> {
  await as.s3.send(new CreateBucketCommand({ Bucket }));
  return Bucket;
}

/**
 * Creates a bucket and waits until Bucketseal has given it its declared encryption and has seen the
 * event of its own write.
 */
export async function sealedBucket(e2e: Story, prefix: string, name = nameOf(prefix)): Promise<string> {
  const bucket = await newBucket(e2e.alice, prefix, name);
  await soon(
    () => stateOf(e2e, bucket),
    (state) => state?.outcome === "left alone",
  );
  return bucket;
}

export interface Configuration {
  readonly algorithm: ServerSideEncryption;
  readonly key?: string | undefined;
  readonly bucketKey?: boolean;
  /** Default: not stated. */
  readonly sseC?: "SSE-C" | "NONE";
}

/** Sets a bucket's default encryption as this person. */
export async function putEncryption(as: Clients, Bucket: string, wanted: Configuration): Promise<void> {
  const { algorithm: SSEAlgorithm, key, bucketKey: BucketKeyEnabled = false, sseC } = wanted;
  const rule: ServerSideEncryptionRule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm, ...(key === undefined ? {} : { KMSMasterKeyID: key }) },
    BucketKeyEnabled,
    ...(sseC === undefined ? {} : { BlockedEncryptionTypes: { EncryptionType: [sseC] } }),
  };
  await as.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }));
}

export async function encryptionOf(as: Clients, bucket: string): Promise<ServerSideEncryptionRule> {
  const answer = await as.s3.send(new GetBucketEncryptionCommand({ Bucket: bucket }));
  return answer.ServerSideEncryptionConfiguration?.Rules?.[0] ?? {};
}

/** The rule of `test/e2e/policy.yaml`'s baseline, as S3 returns it. */
export function declared(keyArn: string): ServerSideEncryptionRule {
  return {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: keyArn },
    BucketKeyEnabled: true,
    BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] },
  };
}

/** A bucket's ledger item; `null` where it has none yet. */
export async function stateOf({ root, sandbox }: Story, bucket: string): Promise<BucketState | null> {
  const Key = { pk: { S: `BUCKET#${sandbox.account}#${sandbox.region}#${bucket}` }, sk: { S: "STATE" } };
  const get = new GetItemCommand({ TableName: sandbox.ledgerTable, Key, ConsistentRead: true });
  const { Item: item } = await root.dynamodb.send(get);
  return item?.state?.S === undefined ? null : (JSON.parse(item.state.S) as BucketState);
}

/** Waits until the ledger has this outcome for a bucket; returns the item. */
export async function outcomeOf(
  e2e: Story,
  bucket: string,
  outcome: BucketState["outcome"],
  seconds = PATIENCE,
): Promise<BucketState> {
  const found = await soon(
    () => stateOf(e2e, bucket),
    (state) => state?.outcome === outcome && state.outbox === null,
    seconds,
  );
  if (found === null) throw new Error(`${bucket} is not in the ledger`);
  return found;
}

/**
 * Waits until the ledger knows of `count` calls of that name by one person, so that the bucket was
 * looked at after them; returns the item.
 */
export async function lookedAfter(
  e2e: Story,
  bucket: string,
  eventName: string,
  actor: string,
  count = 1,
): Promise<BucketState> {
  const seen = (state: BucketState | null) =>
    state?.triggers.filter((trigger) => trigger.eventName === eventName && trigger.actor === actor).length ?? 0;
  const found = await soon(
    () => stateOf(e2e, bucket),
    (state) => seen(state) >= count && state?.outbox === null && state.intent === null,
  );
  return found as BucketState;
}

/**
 * Polls until the result passes, at most `seconds`; the error quotes the last result where none
 * does.
 */
export async function soon<T>(ask: () => Promise<T>, passes: (answer: T) => boolean, seconds = PATIENCE): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await ask();
    if (passes(answer)) return answer;
    if (Date.now() > end) throw new Error(`not within ${seconds} s; last: ${JSON.stringify(answer)}`);
    await sleep(200);
  }
}

/** The calls of the call log that name a bucket, oldest first. */
export async function callsOn({ sandbox }: Story, bucket: string): Promise<LoggedCall[]> {
  return (await readCalls(sandbox.callLog, `"${bucket}"`)).filter((call) => call.bucket === bucket);
}

/** Bucketseal's own successful writes to a bucket's encryption. */
export async function repairsOf(e2e: Story, bucket: string): Promise<LoggedCall[]> {
  return (await writesOf(e2e, bucket)).filter((call) => call.status < 300);
}

/** Bucketseal's own attempts to write a bucket's encryption. */
export async function writesOf(e2e: Story, bucket: string): Promise<LoggedCall[]> {
  const calls = await callsOn(e2e, bucket);
  return calls.filter((call) => call.api === "PutBucketEncryption" && call.function !== null);
}

/** Runs the CLI as dana, or with other credentials. */
export function bucketseal({ sandbox }: Story, args: readonly string[], as: Credentials = sandbox.credentials) {
  return runCli(args, { env: cliEnvironment(sandbox, as) });
}

/** Like `bucketseal`, and fails where it does not exit with 0. */
export async function succeeds(e2e: Story, args: readonly string[], as?: Credentials): Promise<CliRun> {
  const run = await bucketseal(e2e, args, as);
  if (run.code !== 0)
    throw new Error(`bucketseal ${args.join(" ")} exited with ${run.code}: ${run.stderr}${run.stdout}`);
  return run;
}

/** The environment variables that point the CLI at the sandbox. */
export function cliEnvironment(sandbox: SandboxOutputs, as: Credentials): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_REGION: sandbox.region,
    AWS_ACCESS_KEY_ID: as.accessKeyId,
    AWS_SECRET_ACCESS_KEY: as.secretAccessKey,
    ...(as.sessionToken === undefined ? {} : { AWS_SESSION_TOKEN: as.sessionToken }),
  };
}
