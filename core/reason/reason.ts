/**
 * Why a bucket or an object was judged as it was: every reason there is, what it means, how much it
 * matters, what to do next.
 */

import { bucketReasons } from "./bucket-reasons.ts";
import { differenceReasons } from "./difference-reasons.ts";
import { objectReasons } from "./object-reasons.ts";
import { quietReasons } from "./quiet-reasons.ts";
import { riskReasons } from "./risk-reasons.ts";
import type { ReasonRow } from "./row.ts";

/** One reason, for people. Only `action` and `after` of a plan steer. */
export interface Reason {
  /** Stable, for machines and tests, such as `algorithm-differs`. */
  readonly code: ReasonCode;
  /** One sentence without a full stop, such as `algorithm: AES256, declared aws:kms`. */
  readonly text: string;
}

/** The table of reasons: each code with its meaning, its severity and what to do next. The most urgent come first. */
export const reasons = {
  ...riskReasons,
  ...bucketReasons,
  ...objectReasons,
  ...differenceReasons,
  ...quietReasons,
};

export type ReasonCode = keyof typeof reasons;

/** Every code, the most urgent first. */
export const reasonCodes = Object.keys(reasons) as readonly ReasonCode[];

/** The row of a code. Absent: the code was recorded by a version of Bucketseal that knew other ones. */
export function rowOf(code: string): ReasonRow | undefined {
  return ROWS.get(code);
}

// --- internal ---

const ROWS: ReadonlyMap<string, ReasonRow> = new Map(Object.entries(reasons));
