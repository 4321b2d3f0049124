import { setTimeout as sleep } from "node:timers/promises";
import { CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  S3Client,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import type { Alert } from "#core/alert-schema";
import { alertText } from "#core/alert-text";
import { type Inbox, openInbox } from "./inbox.ts";
import type { Narrator } from "./narrator.ts";
import type { SandboxOutputs } from "./sandbox.ts";
import type { UserKeys } from "./seed.ts";

const PATIENCE_MS = 20_000;
const BUCKET = "invoices-2026";

/** Tells the story; throws at the first thing that was not seen. */
export async function demoStory(
  sandbox: SandboxOutputs,
  say: Narrator,
  signal: AbortSignal,
): Promise<{ readonly repairs: number; readonly held: number }> {
  const inbox = await openInbox(sandbox);
  const as = (credentials: UserKeys) => ({ endpoint: sandbox.endpoint, region: sandbox.region, credentials });
  const ci = new S3Client(as({ ...sandbox.users.ci }));
  const alice = new S3Client(as({ ...sandbox.users.alice }));
  const wait = (count: number, outcome: Alert["outcome"]) => waitForAlert(inbox, count, outcome, signal);

  say.title("Deployed with sst deploy, IAM enforced: EventBridge rule, queues, two Lambdas, two tables, an SNS topic.");
  say.step("the policy says: aws:kms under alias/s3-default, with a bucket key, SSE-C blocked");

  say.act("ci", `creates the bucket ${BUCKET}; S3 gives it ${await createdAs(ci)}`);
  await repaired(say, alice, await wait(1, "changed"));

  say.act("alice", "deletes the bucket's encryption (DeleteBucketEncryption)");
  await alice.send(new DeleteBucketEncryptionCommand({ Bucket: BUCKET }));
  const second = await wait(2, "changed");
  await repaired(say, alice, second);
  say.step("the alert, as it arrives by e-mail");
  say.quote(alertText(second));

  const { KeyMetadata: own } = await new KMSClient(as({ ...sandbox.users.alice })).send(new CreateKeyCommand({}));
  say.act("alice", "sets a KMS key of her own as the bucket's default, and allows SSE-C");
  await put(alice, { algorithm: "aws:kms", key: own?.Arn ?? "", sseC: "NONE" });
  await repaired(say, alice, await wait(3, "changed"));

  say.act("alice", "spells the declared key as its alias: the same key, so there is nothing to repair");
  const alias = `arn:aws:kms:${sandbox.region}:${sandbox.account}:alias/s3-default`;
  await put(alice, { algorithm: "aws:kms", key: alias, sseC: "SSE-C" });

  say.act("alice", "turns on double encryption (DSSE-KMS) under the declared key: stronger than declared");
  await put(alice, { algorithm: "aws:kms:dsse", key: sandbox.keyArn, sseC: "SSE-C" });
  const held = await wait(4, "held");
  say.seen(`held after ${seconds(held)}, not weakened: ${held.reasons[0] ?? ""}`);
  say.seen(`the bucket is still ${describe(await encryption(alice))}`);
  return { repairs: 3, held: 1 };
}

// --- internal ---

async function createdAs(s3: S3Client): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  return describe(await encryption(s3));
}

async function repaired(say: Narrator, s3: S3Client, alert: Alert): Promise<void> {
  const rule = await encryption(s3);
  const now = rule.ApplyServerSideEncryptionByDefault;
  if (now?.SSEAlgorithm !== "aws:kms" || now.KMSMasterKeyID !== alert.after?.key) {
    throw new Error(`the alert says changed, and the bucket is ${describe(rule)}`);
  }
  for (const reason of alert.reasons) say.step(reason);
  say.seen(`repaired after ${seconds(alert)}: the bucket is ${describe(rule)}`);
}

async function put(s3: S3Client, to: { algorithm: "aws:kms" | "aws:kms:dsse"; key: string; sseC: "SSE-C" | "NONE" }) {
  const rule: ServerSideEncryptionRule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: to.algorithm, KMSMasterKeyID: to.key },
    BucketKeyEnabled: to.algorithm === "aws:kms",
    BlockedEncryptionTypes: { EncryptionType: [to.sseC] },
  };
  await s3.send(
    new PutBucketEncryptionCommand({ Bucket: BUCKET, ServerSideEncryptionConfiguration: { Rules: [rule] } }),
  );
}

async function encryption(s3: S3Client): Promise<ServerSideEncryptionRule> {
  const answer = await s3.send(new GetBucketEncryptionCommand({ Bucket: BUCKET }));
  return answer.ServerSideEncryptionConfiguration?.Rules?.[0] ?? {};
}

function describe(rule: ServerSideEncryptionRule): string {
  const { SSEAlgorithm, KMSMasterKeyID } = rule.ApplyServerSideEncryptionByDefault ?? {};
  const key = KMSMasterKeyID === undefined ? "" : ` under …/${KMSMasterKeyID.split("/").at(-1)}`;
  const sseC = rule.BlockedEncryptionTypes?.EncryptionType?.includes("SSE-C") ? "blocked" : "allowed";
  return `${SSEAlgorithm}${key}, bucket key ${rule.BucketKeyEnabled ? "on" : "off"}, SSE-C ${sseC}`;
}

/** The `count`th alert about the bucket. */
async function waitForAlert(
  inbox: Inbox,
  count: number,
  outcome: Alert["outcome"],
  signal: AbortSignal,
): Promise<Alert> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(100, undefined, { signal })) {
    const alert = (await inbox.alerts()).filter(({ bucket }) => bucket === BUCKET)[count - 1];
    if (alert === undefined) continue;
    if (alert.outcome === outcome) return alert;
    throw new Error(`expected "${outcome}", and the bucket was ${alert.outcome}: ${alert.reasons.join("; ")}`);
  }
  throw new Error(`no alert within ${PATIENCE_MS / 1000} s that the bucket was ${outcome}`);
}

function seconds(alert: Alert): string {
  return `${((alert.latencyMs ?? 0) / 1000).toFixed(1)} s`;
}
