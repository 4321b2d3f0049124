import type { GuardedReader } from "#core/guard/reader";
import type { CompiledPolicy } from "#core/match/compile";
import type { BucketRef } from "#core/names";
import { CliError } from "../error.ts";
import type { Session } from "../session/session.ts";
import { allRegionsArg } from "../stage/own-region.ts";
import type { Output } from "../terminal/output.ts";
import { startProgress } from "../terminal/progress.ts";
import { accountBuckets, findBucket } from "./buckets.ts";
import type { Judged } from "./judge-bucket.ts";
import { judgeWithKey } from "./judge-with-key.ts";
import { mapPool } from "./pool.ts";

/** The arguments that `plan` and `apply` share. */
export const surveyArgs = {
  bucket: { type: "positional", required: false, description: "one bucket (default: all buckets of the account)" },
  policy: { type: "string", valueHint: "FILE", description: "use this policy file instead of a deployed one" },
  concurrency: {
    type: "string",
    valueHint: "N",
    default: "16",
    description: "parallel AWS calls, 1 to 256 (default 16)",
  },
  "all-regions": allRegionsArg,
} as const;

/** The named bucket, or every bucket of the account. */
export function bucketsOf(session: Session, bucket: string | undefined): Promise<BucketRef[]> {
  return bucket === undefined ? accountBuckets(session) : findBucket(session, bucket).then((ref) => [ref]);
}

/** Judges the buckets, at most `concurrency` at once. */
export async function judgeBuckets(
  reader: GuardedReader,
  refs: readonly BucketRef[],
  policy: CompiledPolicy,
  concurrency: number,
  out: Output,
): Promise<Judged[]> {
  const progress = startProgress("looking", refs.length, out);
  try {
    return await judgeAll(reader, refs, policy, concurrency, progress.tick);
  } finally {
    progress.end();
  }
}

/** The same without a progress bar; `judged` is called after each bucket. */
export async function judgeAll(
  reader: GuardedReader,
  refs: readonly BucketRef[],
  policy: CompiledPolicy,
  concurrency: number,
  judged: () => void,
): Promise<Judged[]> {
  return mapPool(refs, concurrency, async (ref) => {
    const each = await judgeWithKey(reader, ref, policy);
    judged();
    return each;
  });
}

/** @throws CliError unless it is a number from 1 to 256 */
export function concurrencyOf(text: string): number {
  const number = Number(text);
  if (/^\d{1,3}$/.test(text) && number >= 1 && number <= 256) return number;
  throw new CliError(`--concurrency takes a number from 1 to 256, not "${text}"`, { code: "usage" });
}
