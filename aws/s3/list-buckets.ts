import { ListBucketsCommand, type S3Client } from "@aws-sdk/client-s3";

/** A bucket as S3 lists it; `region: null`: S3 did not say. */
interface ListedBucket {
  readonly name: string;
  readonly region: string | null;
}

/**
 * Every general purpose bucket of the client's account, in all Regions.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
 */
export async function listBuckets(s3: S3Client): Promise<ListedBucket[]> {
  const buckets: ListedBucket[] = [];
  let next: string | undefined;
  do {
    const page = await s3.send(
      new ListBucketsCommand({ MaxBuckets: PAGE, ...(next ? { ContinuationToken: next } : {}) }),
    );
    for (const { Name: name, BucketRegion: region } of page.Buckets ?? []) {
      if (name) buckets.push({ name, region: region || null });
    }
    next = page.ContinuationToken;
  } while (next);
  return buckets;
}

// --- internal ---

/** The largest page S3 returns; by default an account may have this many buckets. */
const PAGE = 10_000;
