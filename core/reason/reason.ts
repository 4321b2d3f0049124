/** Reasons: the codes, what each means, its severity and what to do next. */

import { bucketReasons } from "./bucket-reasons.ts";
import { differenceReasons } from "./difference-reasons.ts";
import { gateReasons } from "./gate-reasons.ts";
import { objectReasons } from "./object-reasons.ts";
import { quietReasons } from "./quiet-reasons.ts";
import { riskReasons } from "./risk-reasons.ts";
import type { ReasonRow } from "./row.ts";

/** One reason, for people. It steers nothing: only a plan's `action` and `after` do. */
export interface Reason {
  /** Stable, for machines and tests, such as `algorithm-differs`. */
  readonly code: ReasonCode;
  /** One sentence without a full stop, such as `algorithm: AES256, declared aws:kms`. */
  readonly text: string;
}

/** The table of reasons: each code with its meaning, severity and advice. Most urgent first. */
export const reasons = {
  ...riskReasons,
  ...bucketReasons,
  ...gateReasons,
  ...objectReasons,
  ...differenceReasons,
  ...quietReasons,
};

export type ReasonCode = keyof typeof reasons;

/** All codes, most urgent first. */
export const reasonCodes = Object.keys(reasons) as readonly ReasonCode[];

/** The row of a code. Absent: another version of Bucketseal recorded the code. */
export function rowOf(code: string): ReasonRow | undefined {
  return ROWS.get(code);
}

// --- internal ---

const ROWS: ReadonlyMap<string, ReasonRow> = new Map(Object.entries(reasons));
