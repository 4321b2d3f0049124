import { randomUUID } from "node:crypto";
import { CreateBucketCommand, PutBucketPolicyCommand, type S3Client } from "@aws-sdk/client-s3";
import type { BucketRef } from "#core/names";

export const account = "111122223333";

/** A bucket of the tests' account by its name. */
export function refOf(bucket: string): BucketRef {
  return { partition: "aws", account, region: "us-east-1", bucket };
}

/** A name that no bucket has. */
export function missing(): BucketRef {
  return refOf(`never-${randomUUID()}`);
}

/** Creates a bucket used by no other test. */
export async function newBucket(s3: S3Client): Promise<BucketRef> {
  const Bucket = `aws-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  return refOf(Bucket);
}

/** Denies everyone these actions on a bucket by its own policy. */
export async function deny(s3: S3Client, { bucket }: BucketRef, Action: readonly string[]): Promise<void> {
  const Statement = [{ Effect: "Deny", Principal: "*", Action, Resource: `arn:aws:s3:::${bucket}` }];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await s3.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
}
