import type { Outcome, Verdict } from "./types.ts";

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
