import { CreateKeyCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type S3Client,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import type { Alert } from "#core/alert/schema";
import { alertText } from "#core/alert/text";
import { bucketAlert, until } from "./alerts.ts";
import type { Narrator } from "./narrator.ts";
import type { Scene, Seen } from "./scene.ts";

const BUCKET = "invoices-2026";

/** First scene: a bucket is created, broken in several ways, and repaired. */
export async function demoBucket(scene: Scene): Promise<Pick<Seen, "repairs" | "held">> {
  const { sandbox, say } = scene;
  const alice = scene.alice.s3;
  const wait = (count: number, outcome: Alert["outcome"]) => bucketAlert(scene, BUCKET, count, outcome);

  say.act("ci", `creates the bucket ${BUCKET}; S3 gives it ${await createdAs(scene.ci.s3)}`);
  await repaired(say, alice, await wait(1, "changed"));

  say.act("alice", "deletes the bucket's encryption (DeleteBucketEncryption)");
  await alice.send(new DeleteBucketEncryptionCommand({ Bucket: BUCKET }));
  const second = await wait(2, "changed");
  await repaired(say, alice, second);
  say.note("the alert, as sent by email");
  say.quote(alertText(second));

  const { KeyMetadata: own } = await scene.alice.kms.send(new CreateKeyCommand({}));
  say.act("alice", "sets her own KMS key as the bucket's default and allows SSE-C");
  await put(alice, { algorithm: "aws:kms", key: own?.Arn ?? "", sseC: "NONE" });
  await until(scene, "that the bucket was repaired", async () => {
    const { ApplyServerSideEncryptionByDefault: now } = await encryption(alice);
    return now?.KMSMasterKeyID === second.after?.key ? true : undefined;
  });
  say.seen(`repaired: the bucket is ${describe(await encryption(alice))}`);
  say.seen("no alert of its own: what alice repeats within ten minutes is counted, and told with the next one");

  say.act("alice", "names the declared key by its alias: the same key, so nothing is repaired");
  const alias = `arn:aws:kms:${sandbox.region}:${sandbox.account}:alias/s3-default`;
  await put(alice, { algorithm: "aws:kms", key: alias, sseC: "SSE-C" });

  say.act("alice", "turns on double encryption (DSSE-KMS) under the declared key: stronger than declared");
  await put(alice, { algorithm: "aws:kms:dsse", key: sandbox.keyArn, sseC: "SSE-C" });
  const held = await wait(3, "held");
  say.seen(`held back after ${seconds(held)}, not weakened: ${held.reasons[0] ?? ""}`);
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
    throw new Error(`the alert says changed, but the bucket is ${describe(rule)}`);
  }
  for (const reason of alert.reasons) say.note(reason);
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

function seconds(alert: Alert): string {
  return `${((alert.latencyMs ?? 0) / 1000).toFixed(1)} s`;
}
