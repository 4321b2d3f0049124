/** One attribute of an encryption compared with what the rule declares, a file each. */

import type { Reason, ReasonCode } from "#core/reason/reason";

/** What a configuration consists of. */
export type Attribute = "algorithm" | "key" | "bucket key" | "SSE-C";

/**
 * One attribute that is not as declared, and what follows: `differs` is to be written, `held` stops
 * the whole plan, `accepted` is stronger and stays.
 */
export interface Finding {
  readonly attribute: Attribute;
  readonly effect: "differs" | "held" | "accepted";
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

/** What one attribute would be written as, and what was found. */
export interface Compared<T> {
  readonly want: T;
  readonly findings: readonly Finding[];
}
