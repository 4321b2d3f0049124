/** Verdicts, modes and outcomes: what is true of a bucket, what may be done, what was done. */

/** What is true of the bucket. `unmanaged`: no rule, or a rule that is off. */
export type Verdict = "compliant" | "violation" | "unknown" | "exempt" | "unmanaged" | "gone";

/** What a rule allows Bucketseal to do about a violation. */
export const modes = ["observe", "enforce", "off"] as const;

export type Mode = (typeof modes)[number];

/** What became of a bucket or an object: completes the sentence "the bucket was …". */
export const outcomes = [
  "left alone",
  "reported",
  "changed",
  "held",
  "contested",
  "unreadable",
  "exempt",
  "superseded",
  "gone",
  "failed",
] as const;

export type Outcome = (typeof outcomes)[number];

/**
 * Outcomes that wait for somebody or something: they are told when they begin, and when they end.
 */
export const unresolved: ReadonlySet<Outcome> = new Set(["reported", "held", "contested", "unreadable", "failed"]);

/**
 * The outcome of a look at a bucket or an object with nothing to do. A violation always has
 * something to write or to hold; if one did not, it would be held.
 */
export const quietOutcome = {
  compliant: "left alone",
  unmanaged: "left alone",
  violation: "held",
  unknown: "unreadable",
  exempt: "exempt",
  gone: "gone",
} as const satisfies Record<Verdict, Outcome>;
