import type { Plan } from "#core/decide/plan";
import type { Outcome } from "#core/outcome";
import { type Breaker, breakerAfter, type Writes, withWrite } from "./breaker.ts";
import type { Look } from "./look.ts";

/** What a look means for the breaker. */
export interface Stopping {
  /** As it is after the look. */
  readonly breaker: Breaker | null;
  /** Whether this look opened it, be it again. */
  readonly isOpened: boolean;
  /**
   * Whether this look ended it: closed it, since nobody undid the last change, or found it moot.
   */
  readonly isEnded: boolean;
  readonly isClosed: boolean;
  /** Whether this look made the trial, or found the bucket as it should be while it is open. */
  readonly isCalm: boolean;
  /** What the ledger remembers of it; without what it never knew. */
  readonly writes: Writes;
}

/**
 * What a look means for the breaker. Where Bucketseal would not write anyway (no rule, an
 * exemption, a rule that only observes, no bucket), there is nothing to fight about.
 *
 * @param wrote - ISO 8601: our write that the look verified
 * @param now - milliseconds since the epoch
 */
export function stopping(
  { state, stopped, limits }: Look,
  outcome: Outcome,
  plan: Plan,
  wrote: string | null,
  now: number,
): Stopping {
  const { breaker: known = null, writes } = state;
  const isMoot = MOOT.has(plan.verdict) || (plan.verdict !== "unknown" && plan.mode !== "enforce");
  const isCompliant = outcome === "left alone" && plan.verdict === "compliant";
  const judged = { now, limits: limits.breaker, wroteAt: wrote, isCompliant };
  const breaker = stopped ?? (known === null || isMoot ? null : breakerAfter(known, judged));
  const isOpened = stopped !== null && stopped.until !== known?.until;
  return {
    breaker,
    isOpened,
    isClosed: known !== null && breaker === null && !isMoot,
    isEnded: known !== null && breaker === null,
    isCalm: breaker !== null && (isCompliant || outcome === "changed"),
    writes: {
      ...(wrote === null ? {} : { writes: withWrite(writes, wrote, limits.breaker) }),
      ...(breaker === null && state.breaker === undefined ? {} : { breaker }),
    },
  };
}

// --- internal ---

const MOOT: ReadonlySet<Plan["verdict"]> = new Set(["gone", "exempt", "unmanaged"]);
