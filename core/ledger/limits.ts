import type { Policy } from "#core/policy/policy";
import type { LookLimits } from "./look.ts";

/**
 * How much a policy lets be repeated; what it does not say, nor a version pushed long ago, is ten
 * minutes.
 */
export function limitsOf({ breaker, fold }: Pick<Policy, "breaker" | "fold">): LookLimits {
  return { breaker: breaker ?? { writes: 3, within: MINUTES, coolDown: MINUTES }, fold: fold ?? MINUTES };
}

// --- internal ---

const MINUTES = 600;
