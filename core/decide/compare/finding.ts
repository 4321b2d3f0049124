/** Comparisons of one encryption attribute with the rule, one file each. */

import type { Reason, ReasonCode } from "#core/reason/reason";

/** What a configuration consists of. */
export type Attribute = "algorithm" | "key" | "bucket key" | "SSE-C";

/**
 * One attribute that is not as declared, and the effect:
 *
 * - `differs` is written.
 * - `held` stops the whole plan.
 * - `kept` is stronger and stays until a person decides; what differs is written beside it.
 * - `unread` may be stronger, which could not be read; it stays, too.
 * - `accepted` is stronger and stays for good.
 */
export interface Finding {
  readonly attribute: Attribute;
  readonly effect: "differs" | "held" | "kept" | "unread" | "accepted";
  readonly reason: Reason;
}

/** Makes the findings about one attribute. */
export function findingsAbout(attribute: Attribute) {
  return (effect: Finding["effect"], code: ReasonCode, text: string): Finding => ({
    attribute,
    effect,
    reason: { code, text },
  });
}

/** The value to write for one attribute, and the findings about it. */
export interface Compared<T> {
  readonly want: T;
  readonly findings: readonly Finding[];
}
