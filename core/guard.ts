import type { Plan } from "#core/decide/plan";
import type { KeyFacts } from "#core/key/key";
import type { Reason } from "#core/reason/reason";
import type { Fact } from "./fact.ts";
import { keyExists, keyIsEnabled, keyIsInRegion, keyIsOwn, keyIsSymmetric, keyIsUnmoved } from "./guard-key.ts";
import type { BucketRef } from "./names.ts";

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

/** Every hazard that holds a write back. To look at another one, add a check. */
export const checks: readonly GuardCheck[] = [
  keyExists,
  keyIsEnabled,
  keyIsSymmetric,
  keyIsInRegion,
  keyIsOwn,
  keyIsUnmoved,
];

/**
 * Asks every check about a write and lists all that speaks against it. A plan that does not write has nothing to fear; neither
 * has one whose rule declares no key, since what it carries over is in use already.
 */
export function guardBucket(plan: Plan, facts: GuardFacts): GuardResult {
  if (plan.action !== "write") return { verdict: "clear", reasons: [] };
  const results = checks.map((check) => check(plan, facts)).filter((result) => result.verdict !== "clear");
  const verdict = results.some((result) => result.verdict === "hazard")
    ? "hazard"
    : results.length > 0
      ? "unknown"
      : "clear";
  return { verdict, reasons: results.map((result) => result.reason) };
}
