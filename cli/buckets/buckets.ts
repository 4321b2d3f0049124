import { HeadBucketCommand, ListBucketsCommand } from "@aws-sdk/client-s3";
import type { BucketRef } from "#core/names";
import { partitionOf } from "#core/names";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import type { Session } from "../stage/session.ts";

/**
 * Every general purpose bucket of the account, in all Regions.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
 */
export async function listBuckets(session: Session): Promise<BucketRef[]> {
  const refs: BucketRef[] = [];
  let next: string | undefined;
  do {
    const request = new ListBucketsCommand({ MaxBuckets: PAGE, ...(next ? { ContinuationToken: next } : {}) });
    const [page, { account }] = await Promise.all([session.s3(session.region).send(request), session.identity()]);
    for (const { Name: bucket, BucketRegion: region } of page.Buckets ?? []) {
      if (bucket) refs.push(region ? refOf(account, region, bucket) : await findBucket(session, bucket));
    }
    next = page.ContinuationToken;
  } while (next);
  return refs;
}

/**
 * A bucket's Region by its name: HeadBucket says it even where the answer is a redirect or a refusal.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 * @throws CliError where there is no such bucket
 */
export async function findBucket(session: Session, bucket: string): Promise<BucketRef> {
  const { account } = await session.identity();
  try {
    const head = await session
      .s3(session.region)
      .send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: account }));
    return refOf(account, head.BucketRegion ?? session.region, bucket);
  } catch (error) {
    const { status, region } = answered(error);
    if (status === 404) throw new CliError(`there is no bucket "${safe(bucket)}"`, { code: "no-bucket", cause: error });
    if (status === null || (status !== 403 && status >= 400)) throw error;
    return refOf(account, region ?? session.region, bucket);
  }
}

// --- internal ---

/** The largest page that S3 gives out: 10,000 buckets are one account's limit by default. */
const PAGE = 10_000;

function refOf(account: string, region: string, bucket: string): BucketRef {
  return { partition: partitionOf(region), account, region, bucket };
}

function answered(error: unknown): { status: number | null; region: string | null } {
  const { $metadata, $response } = (typeof error === "object" && error !== null ? error : {}) as {
    $metadata?: { httpStatusCode?: number };
    $response?: { headers?: Readonly<Record<string, string>> };
  };
  return {
    status: $metadata?.httpStatusCode ?? null,
    region: $response?.headers?.["x-amz-bucket-region"] ?? null,
  };
}
