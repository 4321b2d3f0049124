import type { ObjectPlan } from "#core/decide/object/plan";
import type { ObjectEncryption, WantedObjectEncryption } from "#core/encryption";
import type { Mode, Outcome } from "#core/outcome";
import type { Reason } from "#core/reason/reason";

/** What became of an object that nothing was written to, with the plan's reasons and more of them. */
export function objectResult(plan: ObjectPlan, outcome: Outcome, ...more: readonly Reason[]): ObjectResult {
  const { rule, mode, before, after } = plan;
  return { outcome, how: null, rule, mode, reasons: [...plan.reasons, ...more], before, after, movedBytes: 0 };
}

/** What became of one object. */
export interface ObjectResult {
  readonly outcome: Outcome;
  /** How it was written, if it was. */
  readonly how: "update" | "copy" | null;
  readonly rule: string | null;
  readonly mode: Mode;
  readonly reasons: readonly Reason[];
  readonly before: ObjectEncryption | null;
  readonly after: WantedObjectEncryption | null;
  /** Bytes that S3 had to move. */
  readonly movedBytes: number;
  /** What holds the object back passes by itself: look again in so many seconds, while the event is less than a day old, and tell only then. */
  readonly lookAgainSeconds?: number;
}
