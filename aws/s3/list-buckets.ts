import { ListBucketsCommand, type S3Client } from "@aws-sdk/client-s3";
import { orRetryable } from "#aws/error";

/** A bucket as S3 lists it; `region: null`: S3 did not say. */
interface ListedBucket {
  readonly name: string;
  readonly region: string | null;
}

/**
 * Every general purpose bucket of the client's account, in all Regions, or those whose names begin
 * with `prefix`.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
 */
export async function listBuckets(s3: S3Client, prefix?: string): Promise<ListedBucket[]> {
  const buckets: ListedBucket[] = [];
  let next: string | undefined;
  do {
    const page = await s3.send(
      new ListBucketsCommand({
        MaxBuckets: PAGE,
        ...(prefix === undefined ? {} : { Prefix: prefix }),
        ...(next ? { ContinuationToken: next } : {}),
      }),
    );
    for (const { Name: name, BucketRegion: region } of page.Buckets ?? []) {
      if (name) buckets.push({ name, region: region || null });
    }
    next = page.ContinuationToken;
  } while (next);
  return buckets;
}

/** Some names of an account's buckets in a Region, and where the next ones begin. */
export interface BucketPage {
  readonly names: readonly string[];
  /** `null`: this was the last page. */
  readonly next: string | null;
}

/**
 * A page of the account's buckets in the client's Region, which alone answers with that filter. S3
 * refuses lists without pages to accounts with more than 10,000 buckets.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function bucketPage(s3: S3Client, region: string, token: string | null): Promise<BucketPage> {
  const list = new ListBucketsCommand({
    BucketRegion: region,
    MaxBuckets: SHORT_PAGE,
    ...(token === null ? {} : { ContinuationToken: token }),
  });
  const { Buckets = [], ContinuationToken: next } = await orRetryable("ListBuckets", () => s3.send(list));
  const here = Buckets.filter(({ BucketRegion: at }) => at === undefined || at === "" || at === region);
  return { names: here.flatMap(({ Name: name }) => (name ? [name] : [])), next: next || null };
}

/** Some of an account's buckets in all Regions, and where the next ones begin. */
export interface AccountPage {
  readonly buckets: readonly ListedBucket[];
  /** `null`: this was the last page. */
  readonly next: string | null;
}

/**
 * A page of the account's buckets, with the Region of each: an account is listed once, whatever
 * Regions are covered.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function accountPage(s3: S3Client, token: string | null): Promise<AccountPage> {
  const list = new ListBucketsCommand({
    MaxBuckets: SHORT_PAGE,
    ...(token === null ? {} : { ContinuationToken: token }),
  });
  const { Buckets = [], ContinuationToken: next } = await orRetryable("ListBuckets", () => s3.send(list));
  const buckets = Buckets.flatMap(({ Name: name, BucketRegion: region }) =>
    name ? [{ name, region: region || null }] : [],
  );
  return { buckets, next: next || null };
}

// --- internal ---

/** The largest page S3 returns; by default an account may have this many buckets. */
const PAGE = 10_000;

/** Names that are worked on before the next ones are asked for. */
const SHORT_PAGE = 1_000;
