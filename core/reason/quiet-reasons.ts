import { quiet, type ReasonRows } from "./row.ts";

/** Reasons that raise no alert. */
export const quietReasons = {
  "no-rule": quiet("no rule matches the bucket"),
  "mode-off": quiet("the rule is off"),
  exempt: quiet("the bucket is exempt"),
  "bucket-gone": quiet("the bucket was deleted"),
  "stronger-accepted": quiet("stronger than declared, and the rule says `accept`"),
  "repaired-meanwhile": quiet("somebody else brought the bucket to what is declared before `apply` wrote it"),
  "objects-off": quiet("the rule does not cover objects"),
  "key-excepted": quiet("the rule excludes the object's key"),
  "version-left-out": quiet("the rule's `versions`, `newerThan` or `olderThan` leaves the version out"),
  "other-source": quiet("the rule uses another source of object events"),
  "object-gone": quiet("the object was deleted"),
  "object-overwritten": quiet("someone else changed the object meanwhile"),
} as const satisfies ReasonRows;
