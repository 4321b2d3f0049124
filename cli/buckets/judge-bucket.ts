import type { Facts } from "#core/decide/facts";
import type { Plan } from "#core/decide/plan";
import { planBucket } from "#core/decide/plan-bucket";
import { isServiceManaged } from "#core/encryption";
import { guardedPlan } from "#core/guard/guarded-plan";
import type { GuardedReader } from "#core/guard/reader";
import type { CompiledPolicy } from "#core/match/compile";
import type { BucketRef } from "#core/names";
import { explainError } from "../line/explain-error.ts";

/** Where a bucket stands against the policy; the lists group by it. */
export type Standing =
  | "change"
  | "held"
  | "unreadable"
  | "service-managed"
  | "compliant"
  | "exempt"
  | "unmanaged"
  | "gone";

export interface Judged {
  readonly ref: BucketRef;
  readonly standing: Standing;
  readonly plan: Plan;
  /** Whether the bucket is left as it is under a key that cannot be used; absent: nobody asked. */
  readonly isKeyAtRisk?: boolean;
  /** The facts that were read; `null` if the look failed. */
  readonly facts: Facts | null;
}

/**
 * Reads one bucket, decides, and asks the guard if a write would follow. Never throws: a look that
 * fails is `unreadable`, so it never counts as compliant.
 */
export async function judgeBucket(
  reader: GuardedReader,
  ref: BucketRef,
  policy: CompiledPolicy,
  known: Omit<Partial<Facts>, "ref" | "now"> = {},
): Promise<Judged> {
  try {
    const { plan: decided, facts } = await planBucket({ reader, now: Date.now }, ref, policy, known);
    const plan = await guardedPlan(reader, { ref, policyKeys: policy.policy.keys }, decided);
    return { ref, standing: standingOf(plan), plan, facts };
  } catch (error) {
    return {
      ref,
      standing: "unreadable",
      plan: unreadable(`the bucket could not be read: ${explainError(error).message}`),
      facts: null,
    };
  }
}

// --- internal ---

function standingOf({ action, verdict, before }: Plan): Standing {
  if (action === "write") return "change";
  if (action === "hold" || verdict === "violation") return "held";
  if (verdict !== "unknown") return verdict;
  // The read succeeded; buckets managed by an AWS service are outside every rule.
  return before !== null && isServiceManaged(before) ? "service-managed" : "unreadable";
}

function unreadable(text: string): Plan {
  return {
    action: "none",
    verdict: "unknown",
    rule: null,
    exemption: null,
    mode: "observe",
    accept: [],
    namesBucket: false,
    before: null,
    after: null,
    declaredKey: null,
    differs: [],
    reasons: [{ code: "unreadable", text }],
  };
}
