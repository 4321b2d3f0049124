import { messageOf, nameOf, RetryableError } from "#aws/error";
import { fact } from "#aws/fact";
import { inRegion } from "#aws/s3/elsewhere";
import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";

/** The parameters that every call about a bucket has. */
export interface OfBucket {
  readonly Bucket: string;
  readonly ExpectedBucketOwner: string;
}

/**
 * A read that a hazard depends on. The bucket was there when its encryption was read, so one that
 * is gone now is looked at anew: nothing is concluded from a bucket that vanished.
 * @param absent - the value for each error that means "there is none"
 * @throws RetryableError on throttling, 5xx, timeouts, and where the bucket is gone.
 */
export function bucketFact<T>(
  what: string,
  ref: BucketRef,
  read: (of: OfBucket) => Promise<T>,
  absent: Readonly<Record<string, NoInfer<T>>> = {},
): Promise<Fact<T>> {
  const of = { Bucket: ref.bucket, ExpectedBucketOwner: ref.account };
  return fact(what, () => inRegion(ref.region, () => read(of)).catch(isGone(what)), absent);
}

/** What AWS answers without saying anything: it is no answer. */
export class Unsaid extends Error {
  override readonly name = "Unsaid";
}

// --- internal ---

function isGone(what: string) {
  return (error: unknown): never => {
    if (nameOf(error) !== "NoSuchBucket") throw error;
    throw new RetryableError(`${what}: the bucket was there a moment ago: ${messageOf(error)}`, { cause: error });
  };
}
