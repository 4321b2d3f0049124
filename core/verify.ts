import type { CompiledPolicy } from "./policy-index.ts";
import type { Ports } from "./ports.ts";
import { factsFor } from "./read-facts.ts";
import type { BucketEncryption, BucketRef, Facts, Plan } from "./types.ts";

/** Milliseconds waited before each look after a write: bucket configurations are eventually consistent. */
const WAITS = [0, 100, 300, 900, 2700] as const;

export type Verification =
  | { readonly kind: "as declared"; readonly plan: Plan }
  /** Somebody else's configuration, neither the old one nor ours. */
  | { readonly kind: "superseded" }
  /** Still the old configuration. */
  | { readonly kind: "not seen" }
  | { readonly kind: "unreadable"; readonly plan: Plan };

/**
 * Reads a bucket back after a write until it shows what was written, with back-off, and lets `decide` judge it again.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel
 */
export async function verify(
  ports: Pick<Ports, "reader" | "now" | "sleep">,
  ref: BucketRef,
  policy: CompiledPolicy,
  facts: Facts,
  before: BucketEncryption | null,
): Promise<Verification> {
  const { tags, ous, keys, pins } = facts;
  const known = { keys, pins, ...(tags === undefined ? {} : { tags }), ...(ous === undefined ? {} : { ous }) };
  for (const wait of WAITS) {
    if (wait > 0) await ports.sleep(wait);
    const now = await factsFor(ports, ref, policy, known);
    if (now.plan.verdict === "unknown") return { kind: "unreadable", plan: now.plan };
    if (now.plan.action === "none") return { kind: "as declared", plan: now.plan };
    if (!same(now.plan.before, before)) return { kind: "superseded" };
  }
  return { kind: "not seen" };
}

// --- internal ---

function same(a: BucketEncryption | null, b: BucketEncryption | null): boolean {
  return a?.algorithm === b?.algorithm && a?.key === b?.key && a?.bucketKey === b?.bucketKey && a?.sseC === b?.sseC;
}
