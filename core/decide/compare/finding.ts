/** One attribute of an encryption compared with what the rule declares, a file each. */

import type { Reason, ReasonCode } from "#core/reason/reason";

/**
 * One attribute that is not as declared, and what follows: `differs` is to be written, `held` stops
 * the whole plan, `accepted` is stronger and stays.
 */
export interface Finding {
  readonly effect: "differs" | "held" | "accepted";
  readonly reason: Reason;
}

/** A finding in one expression. */
export function finding(effect: Finding["effect"], code: ReasonCode, text: string): Finding {
  return { effect, reason: { code, text } };
}

/** What one attribute would be written as, and what was found. */
export interface Compared<T> {
  readonly want: T;
  readonly findings: readonly Finding[];
}
