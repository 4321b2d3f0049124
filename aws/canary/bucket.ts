import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketTaggingCommand,
  PutBucketTaggingCommand,
  type S3Client,
  type Tag,
} from "@aws-sdk/client-s3";
import { nameOf } from "#aws/error";

/** The tag that a canary changes. */
const TAG = "bucketseal-canary";

/**
 * Creates an empty bucket in a Region.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
export async function createCanary(s3: S3Client, bucket: string, region: string): Promise<void> {
  const where =
    region === "us-east-1"
      ? {}
      : { CreateBucketConfiguration: { LocationConstraint: region as BucketLocationConstraint } };
  await s3.send(new CreateBucketCommand({ Bucket: bucket, ...where }));
}

/**
 * Deletes a bucket that is empty.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html
 */
export async function deleteCanary(s3: S3Client, bucket: string): Promise<void> {
  await s3.send(new DeleteBucketCommand({ Bucket: bucket }));
}

/**
 * Gives a bucket's canary tag another value and leaves its other tags as they were read. `false`:
 * it has no such tag, so nobody meant it to be a canary, and nothing is written: S3 replaces all
 * tags of a bucket at once, without a condition.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketTagging.html
 */
export async function tagCanary(s3: S3Client, bucket: string, owner: string, value: string): Promise<boolean> {
  const whose = { Bucket: bucket, ExpectedBucketOwner: owner };
  const tags = await tagsOf(s3, whose);
  if (!tags.some(({ Key }) => Key === TAG)) return false;
  await putTags(s3, whose, [...tags.filter(({ Key }) => Key !== TAG), { Key: TAG, Value: value }]);
  return true;
}

/** Gives a bucket that was made for it the canary tag alone. */
export async function tagNewCanary(s3: S3Client, bucket: string, owner: string, value: string): Promise<void> {
  await putTags(s3, { Bucket: bucket, ExpectedBucketOwner: owner }, [{ Key: TAG, Value: value }]);
}

// --- internal ---

interface Whose {
  readonly Bucket: string;
  readonly ExpectedBucketOwner: string;
}

async function tagsOf(s3: S3Client, whose: Whose): Promise<readonly Tag[]> {
  try {
    return (await s3.send(new GetBucketTaggingCommand(whose))).TagSet ?? [];
  } catch (error) {
    if (nameOf(error) === "NoSuchTagSet") return [];
    throw error;
  }
}

async function putTags(s3: S3Client, whose: Whose, TagSet: Tag[]): Promise<void> {
  await s3.send(new PutBucketTaggingCommand({ ...whose, Tagging: { TagSet } }));
}
