import type { Severity } from "./severity.ts";

/** All there is to say about a reason code, in one row of the table of reasons. */
export interface ReasonRow {
  /** What the code means, for the documentation. */
  readonly means: string;
  /** The severity that an alert with this reason has at least. Absent: the outcome alone decides. */
  readonly severity?: Severity;
  /** What to do next, in one sentence. Absent: nothing has to be done. */
  readonly next?: Advice;
  /** What to do next where the alert is about a bucket's objects. Absent: the same as for the bucket. */
  readonly nextForObjects?: Advice;
  /** No alert ever gives this reason. */
  readonly isQuiet?: true;
}

/** Rows by their codes, the most urgent first. */
export type ReasonRows = Readonly<Record<string, ReasonRow>>;

/** One sentence about what to do next. */
export type Advice = (words: AdviceWords) => string;

/** The names that advice is made of, as the alert shows them. */
export interface AdviceWords {
  /** Such as `rule baseline`. */
  readonly rule: string;
  /** The declared key as the policy names it for this bucket. */
  readonly key: string;
  readonly bucket: string;
  /** The account and the Region of the bucket. */
  readonly place: string;
}

/** The row of a reason that no alert gives. */
export function quiet(means: string): ReasonRow {
  return { means, isQuiet: true };
}
