import type { BucketCommands } from "./bucket-commands.ts";
import type { Severity } from "./severity.ts";

/** One row of the table of reasons. */
export interface ReasonRow {
  /** The meaning of the code, for the documentation. */
  readonly means: string;
  /** The minimum severity of an alert with this reason. Absent: the outcome alone decides. */
  readonly severity?: Severity;
  /** What to do next, in one sentence. Absent: nothing. */
  readonly next?: Advice;
  /**
   * What to do next if the alert is about a bucket's objects. Absent: the same as for the bucket.
   */
  readonly nextForObjects?: Advice;
  /** Never part of an alert. */
  readonly isQuiet?: true;
}

/** Rows by code, most urgent first. */
export type ReasonRows = Readonly<Record<string, ReasonRow>>;

/** Builds one sentence about what to do next. */
export type Advice = (words: AdviceWords) => string;

/** The names used in advice, as the alert shows them. */
export interface AdviceWords {
  /** `rule baseline`, for example. */
  readonly rule: string;
  /** The declared key as the policy names it for this bucket. */
  readonly key: string;
  /** The command that accepts the key which the declared alias names now. */
  readonly accept: string;
  readonly bucket: string;
  /** The bucket's account and Region. */
  readonly place: string;
  /** The command that shows what the objects need that were written at the time in question. */
  readonly backfill: string;
  readonly commands: BucketCommands;
  /** The account of a bucket that is in another place than the stage; `null`: it is the stage's. */
  readonly member: string | null;
  /** The alert's id. */
  readonly alert: string | undefined;
}

/** The row of a reason that is never part of an alert. */
export function quiet(means: string): ReasonRow {
  return { means, isQuiet: true };
}
