import type { ObjectPlan, ObjectWritePlan } from "#core/decide/object/plan";
import { type StrategyName, strategies } from "#core/decide/object/strategy/strategies";
import type { Receipt } from "#core/decide/object/strategy/strategy";
import type { ObjectEncryption, WantedObjectEncryption } from "#core/encryption";
import type { Mode, Outcome } from "#core/outcome";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";

/**
 * Seconds after which replications, uploads and fights are usually over, and the longest that a
 * queue can delay a message.
 */
export const LOOK_AGAIN_SECONDS = 900;

/** The result for an object that was not written, with the plan's reasons and more. */
export function objectResult(plan: ObjectPlan, outcome: Outcome, ...more: readonly Reason[]): ObjectResult {
  const { rule, mode, before, after } = plan;
  return { outcome, how: null, rule, mode, reasons: [...plan.reasons, ...more], before, after, movedBytes: 0 };
}

/** The result of a write that S3 accepted. */
export function changedResult(plan: ObjectWritePlan, receipt: Receipt, ...more: readonly Reason[]): ObjectResult {
  return {
    ...objectResult(plan, "changed", ...remains(plan, receipt), ...more),
    how: plan.action,
    movedBytes: bytesMoved(plan),
  };
}

/** Bytes that S3 moves to carry out a plan. */
export function bytesMoved({ action, seen }: ObjectWritePlan): number {
  return strategies[action].replaces ? seen.size : 0;
}

/** The result of one look at an object. */
export interface ObjectResult {
  readonly outcome: Outcome;
  /** How it was written, if it was. */
  readonly how: StrategyName | null;
  readonly rule: string | null;
  readonly mode: Mode;
  readonly reasons: readonly Reason[];
  readonly before: ObjectEncryption | null;
  readonly after: WantedObjectEncryption | null;
  /** Bytes that S3 had to move. */
  readonly movedBytes: number;
  /**
   * What holds the object back is transient: look again in this many seconds, while the event is
   * less than a day old and its hops last. It is told the first time.
   */
  readonly lookAgainSeconds?: number;
  /** A write that takes more than one look has begun; nothing is replaced, and nothing is told. */
  readonly underWay?: true;
}

// --- internal ---

const NULL_VERSION = "null";

/**
 * The version that a new object left behind under its old encryption. One that S3 does not name is
 * the null version, which the new object replaced.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/AddingObjectstoVersionSuspendedBuckets.html
 */
function remains({ action, seen }: ObjectWritePlan, receipt: Receipt): readonly Reason[] {
  const old = receipt.sourceVersionId ?? seen.versionId ?? NULL_VERSION;
  if (!strategies[action].replaces || old === (receipt.versionId ?? NULL_VERSION)) return [];
  return [{ code: "old-version-remains", text: `version ${safe(old)} keeps its old encryption` }];
}
