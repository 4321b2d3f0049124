import {
  type EncryptionType,
  GetBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  type S3Client,
  type ServerSideEncryptionRule,
} from "@aws-sdk/client-s3";
import { nameOf, unknownOrThrow } from "#aws/error";
import { fact } from "#aws/fact";
import type { BucketWrite } from "#core/bucket/ports";
import type { BucketEncryption, SseCState, WantedEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";
import { inRegion } from "./elsewhere.ts";
import { keyId } from "./key-id.ts";
import { sendOnce, type WritePermit } from "./send-once.ts";

/**
 * A bucket's default encryption as S3 returns it; `null` where the bucket is gone, be it to
 * another Region. Since January 2023 every bucket has a rule.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketEncryption.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function getBucketEncryption(s3: S3Client, ref: BucketRef): Promise<Fact<BucketEncryption | null>> {
  const get = new GetBucketEncryptionCommand({ Bucket: ref.bucket, ExpectedBucketOwner: ref.account });
  return fact<BucketEncryption | null>(
    "GetBucketEncryption",
    async () => {
      const { ServerSideEncryptionConfiguration: configuration } = await inRegion(ref.region, () => s3.send(get));
      return readRule(configuration?.Rules?.[0] ?? {});
    },
    { NoSuchBucket: null },
  );
}

/**
 * Replaces a bucket's whole encryption configuration. Every field that its algorithm has is
 * sent: S3 resets what a PUT leaves out.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingDSSEncryption.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 * @throws RetryableError on throttling, 5xx, timeouts and `OperationAborted`.
 */
export async function putBucketEncryption(
  s3: S3Client,
  ref: BucketRef,
  wanted: WantedEncryption,
  permit: WritePermit,
): Promise<BucketWrite> {
  const put = new PutBucketEncryptionCommand({
    Bucket: ref.bucket,
    ExpectedBucketOwner: ref.account,
    ServerSideEncryptionConfiguration: { Rules: [writeRule(wanted)] },
  });
  try {
    await inRegion(ref.region, () => sendOnce(s3, put, permit));
    return { kind: "written" };
  } catch (error) {
    if (nameOf(error) === "NoSuchBucket") return { kind: "gone" };
    return { kind: "refused", error: unknownOrThrow(error, "PutBucketEncryption").error };
  }
}

// --- internal ---

function readRule(rule: ServerSideEncryptionRule): BucketEncryption {
  const byDefault = rule.ApplyServerSideEncryptionByDefault;
  return {
    ...(byDefault?.SSEAlgorithm === undefined ? {} : { algorithm: byDefault.SSEAlgorithm }),
    ...(byDefault?.KMSMasterKeyID === undefined ? {} : { key: keyId(byDefault.KMSMasterKeyID) }),
    bucketKey: rule.BucketKeyEnabled ?? false,
    sseC: readBlocked(rule.BlockedEncryptionTypes?.EncryptionType ?? []),
  };
}

function readBlocked(types: readonly EncryptionType[]): SseCState {
  if (types.includes("SSE-C")) return "SSE-C";
  return types.includes("NONE") ? "NONE" : "not-stated";
}

function writeRule(wanted: WantedEncryption): ServerSideEncryptionRule {
  return {
    ApplyServerSideEncryptionByDefault: {
      SSEAlgorithm: wanted.algorithm,
      ...(wanted.key === undefined ? {} : { KMSMasterKeyID: wanted.key }),
    },
    // DSSE has no bucket keys, and what S3 makes of the field there is not documented.
    ...(wanted.algorithm === "aws:kms:dsse" ? {} : { BucketKeyEnabled: wanted.bucketKey }),
    BlockedEncryptionTypes: { EncryptionType: [wanted.sseC] },
  };
}
