import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketTaggingCommand,
  S3Client,
  type ServerSideEncryption,
} from "@aws-sdk/client-s3";
import type { UserKeys } from "./seed.ts";

/** The account of README.md's sessions; its id is the access key of its root user. */
const ACCOUNT = "111122223333";

export interface ReadmeAccount {
  readonly account: string;
  readonly credentials: UserKeys;
}

/**
 * Creates the buckets and keys that README.md's sessions show, in an account of their own, where no
 * stage is deployed: nothing repairs them but the reader.
 */
export async function readmeAccount(endpoint: string, region: string): Promise<ReadmeAccount> {
  const credentials: UserKeys = { accessKeyId: ACCOUNT, secretAccessKey: "test" };
  // A copy: the SDK writes into the credentials it is given.
  const target = { endpoint, region, credentials: { ...credentials }, forcePathStyle: true };
  const s3 = new S3Client(target);
  const kms = new KMSClient(target);
  const key = await aliased(kms, "s3-default");
  await aliased(kms, "s3-secret");
  for (const Bucket of BUCKETS) await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(encrypted("payroll", "aws:kms:dsse", key));
  await s3.send(encrypted("warehouse", "aws:kms", key));
  const TagSet = [{ Key: "classification", Value: "secret" }];
  await s3.send(new PutBucketTaggingCommand({ Bucket: "payroll", Tagging: { TagSet } }));
  return { account: ACCOUNT, credentials };
}

// --- internal ---

const BUCKETS = ["invoices", "web-access-logs", "sandbox-tryout", "payroll", "warehouse"];

async function aliased(kms: KMSClient, name: string): Promise<string> {
  const { KeyMetadata: key } = await kms.send(new CreateKeyCommand({}));
  await kms.send(new CreateAliasCommand({ AliasName: `alias/${name}`, TargetKeyId: key?.KeyId ?? "" }));
  return key?.Arn ?? "";
}

function encrypted(Bucket: string, SSEAlgorithm: ServerSideEncryption, KMSMasterKeyID: string) {
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID },
    BucketKeyEnabled: SSEAlgorithm === "aws:kms",
    BlockedEncryptionTypes: { EncryptionType: ["SSE-C" as const] },
  };
  return new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } });
}
