import type { Facts } from "#core/decide/facts";
import type { Plan } from "#core/decide/plan";
import { type BucketEncryption, sameEncryption, type WantedEncryption } from "#core/encryption";
import type { FactError } from "#core/fact";
import type { CompiledPolicy } from "#core/match/compile";
import type { BucketRef } from "#core/names";
import type { Ports } from "./ports.ts";
import { judgeBy, type Verification, verify } from "./verify.ts";

/** The result of a write: what the bucket shows after it, unless S3 refused it. */
type WriteResult =
  | Verification
  /** Nothing was sent: the bucket has changed since the look. */
  | { readonly kind: "not sent" }
  /** The bucket does not exist. */
  | { readonly kind: "missing" }
  | { readonly kind: "refused"; readonly error: FactError };

/** The basis of a write. */
interface WriteBasis {
  readonly policy: CompiledPolicy;
  readonly facts: Facts;
  /** The configuration that the write replaces. */
  readonly before: BucketEncryption | null;
  /** Milliseconds since the epoch: no later than that configuration was read. */
  readonly readAt: number;
  /** Judges what the bucket shows after the write; absent: the policy does. */
  readonly judge?: () => Promise<Plan>;
}

/**
 * Writes a configuration and reads the bucket back until it shows the write.
 * @throws whatever a port throws.
 */
export async function write(
  ports: Pick<Ports, "reader" | "writer" | "now" | "sleep">,
  ref: BucketRef,
  wanted: WantedEncryption,
  { policy, facts, before, readAt, judge = judgeBy(ports, ref, policy, facts) }: WriteBasis,
): Promise<WriteResult> {
  const put = await ports.writer.put(ref, wanted, async () => {
    if (ports.now() - readAt <= FRESH) return true;
    const seen = await ports.reader.encryption(ref);
    return seen.known && sameEncryption(seen.value, before);
  });
  if (put.kind === "gone") return { kind: "missing" };
  if (put.kind === "refused") return put;
  if (put.kind === "superseded") return { kind: "not sent" };
  return verify(ports, judge, before, wanted);
}

// --- internal ---

/**
 * Milliseconds in which a look counts as made right before the write. S3 has no condition on
 * PutBucketEncryption, so what somebody writes within that time is overwritten.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 */
const FRESH = 1_000;
