import type { Facts } from "#core/decide/facts";
import type { Plan } from "#core/decide/plan";
import { planBucket } from "#core/decide/plan-bucket";
import type { BucketReader } from "#core/decide/reader";
import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import { sameEncryption } from "#core/encryption";
import type { CompiledPolicy } from "#core/match/compile";
import type { BucketRef } from "#core/names";
import type { Ports } from "./ports.ts";

/**
 * Milliseconds to wait before each read after a write: bucket configurations are eventually
 * consistent.
 */
const WAITS = [0, 100, 300, 900, 2700] as const;

export type Verification =
  /** Our write, or a later one by someone else, is as declared. */
  | { readonly kind: "as declared"; readonly plan: Plan }
  /** What we wrote, beside something that is held. */
  | { readonly kind: "as written"; readonly plan: Plan }
  /** Someone else's configuration, neither the old one nor ours. */
  | { readonly kind: "superseded" }
  /** Still the old configuration. */
  | { readonly kind: "not seen" }
  | { readonly kind: "unreadable"; readonly plan: Plan }
  | { readonly kind: "gone"; readonly plan: Plan };

/**
 * Reads a bucket after a write until it shows what was written, with backoff, and judges it again
 * each time.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel
 */
export async function verify(
  ports: Pick<Ports, "sleep">,
  judge: () => Promise<Plan>,
  before: BucketEncryption | null,
  wanted: WantedEncryption,
): Promise<Verification> {
  for (const wait of WAITS) {
    if (wait > 0) await ports.sleep(wait);
    const plan = await judge();
    if (plan.verdict === "compliant") return { kind: "as declared", plan };
    if (plan.verdict === "gone") return { kind: "gone", plan };
    if (sameEncryption(plan.before, wanted)) return { kind: "as written", plan };
    if (plan.verdict === "unknown") return { kind: "unreadable", plan };
    if (!sameEncryption(plan.before, before)) return { kind: "superseded" };
  }
  return { kind: "not seen" };
}

/** Reads the bucket anew and judges it with `decide`; all other facts are as they were. */
export function judgeBy(
  ports: { readonly reader: BucketReader; readonly now: () => number },
  ref: BucketRef,
  policy: CompiledPolicy,
  { encryption: _, ...known }: Facts,
): () => Promise<Plan> {
  return async () => (await planBucket(ports, ref, policy, known)).plan;
}
