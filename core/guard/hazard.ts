import type { Plan } from "#core/decide/plan";
import type { Fact } from "#core/fact";
import type { KeyFacts } from "#core/key/key";
import type { BucketRef } from "#core/names";
import type { Reason } from "#core/reason/reason";

/** What is looked at right before a write. */
export interface GuardFacts {
  readonly ref: BucketRef;
  /** DescribeKey of the declared key, asked just now; `null`: nobody asked. */
  readonly key: Fact<KeyFacts | null> | null;
}

/** What speaks against a write. `unknown` stops it as surely as `hazard` does. */
export interface GuardResult {
  readonly verdict: "clear" | "hazard" | "unknown";
  readonly reasons: readonly Reason[];
}

/** One hazard, looked at: `clear`, or why not. */
export type GuardCheck = (
  plan: Plan,
  facts: GuardFacts,
) => { readonly verdict: "clear" } | { readonly verdict: "hazard" | "unknown"; readonly reason: Reason };
