import { CreateAliasCommand, CreateKeyCommand } from "@aws-sdk/client-kms";
import { PutBucketEncryptionCommand, PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { beforeAll } from "vitest";
import { account, type Cloud, cloud } from "../cli/cloud.ts";
import { deployStage } from "../cli/deploy-stage.ts";
import type { CliRun } from "../cli/run-cli.ts";

/**
 * An account with a few buckets, a key and a deployed stage, in which the sessions of one page are
 * replayed.
 */
export interface Scene {
  run(program: string, args: readonly string[]): Promise<CliRun>;
}

/**
 * Makes the scene before the tests of this block; its key is `alias/s3-default`, its stage `prod`.
 */
export function scene(): Scene {
  const aws = cloud();
  beforeAll(async () => {
    const key = await aws.key("s3-default");
    await aws.bucket("invoices");
    await aws.bucket("web-access-logs");
    await aws.bucket("sandbox-tryout");
    await aws.bucket("payroll");
    await encrypt(aws, "payroll", "aws:kms:dsse", key);
    await aws.bucket("warehouse");
    await encrypt(aws, "warehouse", "aws:kms", key);
    const { s3, kms } = aws.root();
    const tags = [{ Key: "classification", Value: "secret" }];
    await s3.send(new PutBucketTaggingCommand({ Bucket: "payroll", Tagging: { TagSet: tags } }));
    const { KeyMetadata: secret } = await kms.send(new CreateKeyCommand({}));
    await kms.send(new CreateAliasCommand({ AliasName: "alias/s3-secret", TargetKeyId: secret?.KeyId ?? "" }));
    await deployStage(aws.root(), account, "prod");
  }, 60_000);
  return {
    run: async (program, args) => {
      if (program !== "bucketseal") throw new Error(`a session may run bucketseal only, not ${program}`);
      return aws.run(args);
    },
  };
}

// --- internal ---

async function encrypt(aws: Cloud, Bucket: string, SSEAlgorithm: "aws:kms" | "aws:kms:dsse", KMSMasterKeyID: string) {
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID },
    BucketKeyEnabled: SSEAlgorithm === "aws:kms",
    BlockedEncryptionTypes: { EncryptionType: ["SSE-C" as const] },
  };
  const { s3 } = aws.root();
  await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }));
}
