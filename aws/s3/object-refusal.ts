import { statusOf, unknownOrThrow } from "#aws/error";
import type { ObjectWrite } from "#core/object/ports";

/**
 * What a failed write of an object means: somebody wrote or deleted it meanwhile (404, 405 for a
 * delete marker, 409, 412), or the write is refused.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function objectWriteRefusal(error: unknown, what: string): Exclude<ObjectWrite, { kind: "written" }> {
  const { error: refusal } = unknownOrThrow(error, what);
  return { kind: MOVED.has(statusOf(error) ?? 0) ? "moved" : "refused", error: refusal };
}

// --- internal ---

const MOVED: ReadonlySet<number> = new Set([404, 405, 409, 412]);
