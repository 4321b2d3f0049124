/** What is true of the bucket. `unmanaged`: no rule, or a rule that is off. */
export type Verdict = "compliant" | "violation" | "unknown" | "exempt" | "unmanaged" | "gone";

export type Mode = "observe" | "enforce" | "off";

/** Completes the sentence "the bucket was …". */
export type Outcome =
  | "left alone"
  | "reported"
  | "changed"
  | "held"
  | "contested"
  | "unreadable"
  | "exempt"
  | "superseded"
  | "gone"
  | "failed";

/**
 * What a look comes to that has nothing to do, of a bucket or of an object. A violation always has something to do or to hold; were there one
 * without, it would be held.
 */
export const quietOutcome = {
  compliant: "left alone",
  unmanaged: "left alone",
  violation: "held",
  unknown: "unreadable",
  exempt: "exempt",
  gone: "gone",
} as const satisfies Record<Verdict, Outcome>;
