import { quiet, type ReasonRows } from "./row.ts";

/** Reasons of looks that raise no alert. */
export const quietReasons = {
  "no-rule": quiet("no rule matches the bucket"),
  "mode-off": quiet("the rule is off"),
  exempt: quiet("an exemption holds for the bucket"),
  "bucket-gone": quiet("the bucket was deleted"),
  "stronger-accepted": quiet("stronger than declared, and the rule says `accept`"),
  "objects-off": quiet("the rule does not look after objects"),
  "key-excepted": quiet("the rule excepts the object's key"),
  "other-source": quiet("the rule looks at objects by another source of events"),
  "object-gone": quiet("the object was deleted"),
  "object-overwritten": quiet("somebody else changed the object meanwhile"),
} as const satisfies ReasonRows;
