import type { Plan } from "#core/decide/plan";
import type { BucketReader } from "#core/decide/reader";
import { type GuardResult, guardBucket } from "./guard.ts";
import type { BucketRef } from "./names.ts";

/**
 * Looks at what a write would rest on right before it: S3 accepts any key on PutBucketEncryption and then refuses every upload.
 * The key is asked for by the policy's own spelling, so that an alias which moved a moment ago is seen.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 */
export async function guardPlan(reader: BucketReader, ref: BucketRef, plan: Plan): Promise<GuardResult> {
  const wanted = plan.after?.key;
  const key = wanted === undefined ? null : await reader.key(ref, plan.declaredKey ?? wanted, true);
  return guardBucket(plan, { ref, key });
}
