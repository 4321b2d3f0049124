import type { Attribute } from "#core/decide/compare/finding";
import type { Plan } from "#core/decide/plan";
import { isAlgorithm, usesKey } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";

/**
 * A time in which a bucket's default was a wrong KMS key or the wrong kind of SSE-KMS. Objects that
 * were written by default in that time are encrypted by it.
 */
export interface DriftWindow {
  readonly algorithm: string;
  /** ISO 8601: the event that brought the default; `null`: nobody knows since when. */
  readonly from: string | null;
  /** ISO 8601: the verified repair plus a grace period, as S3 takes a while to apply a new default. */
  readonly to: string;
  /** As the bucket's default spelled it; `null`: none, for which S3 takes its AWS managed key. */
  readonly key: string | null;
}

/** The beginning of a drift window: all that is known before the repair. */
export type Drift = Omit<DriftWindow, "to">;

/** How many windows a bucket's state remembers. */
export const MAX_DRIFT_WINDOWS = 20;

/**
 * The drift that a repair ends; `null`: none. Data events of objects written under a KMS default are
 * dropped unread (that is what makes compliant objects free), so the objects written meanwhile have
 * to be found afterwards.
 *
 * @param plan - the one that writes
 */
export function driftOf(
  plan: Pick<Plan, "before" | "differs">,
  trigger: Pick<Trigger, "eventTime"> | null,
): Drift | null {
  const { algorithm = "", key = null } = plan.before ?? {};
  // A default that is SSE-S3 hides nothing: the data events of what is written under it are looked at.
  if (!isAlgorithm(algorithm) || !usesKey(algorithm)) return null;
  if (!plan.differs.some((attribute) => ENCRYPTING.has(attribute))) return null;
  return { algorithm, from: trigger?.eventTime ?? null, key };
}

/**
 * The window that a verified repair closes.
 *
 * @param at - milliseconds since the epoch
 */
export function closedDrift(drift: Drift, at: number): DriftWindow {
  return { ...drift, to: new Date(at + GRACE_MS).toISOString() };
}

/**
 * A bucket's windows with one more; the oldest is dropped. A second window of the same beginning
 * replaces the first: it says when the drift really ended.
 */
export function withDrift(windows: readonly DriftWindow[], window: DriftWindow): readonly DriftWindow[] {
  const others = windows.filter(({ from, key }) => from === null || from !== window.from || key !== window.key);
  return [...others, window].slice(-MAX_DRIFT_WINDOWS);
}

/** The reason that the alert about the repair gives for it. */
export function driftReason({ algorithm, from, to, key }: DriftWindow): Reason {
  const since = from === null ? `up to ${to} (since when is not known)` : `between ${from} and ${to}`;
  const under = `${algorithm} with ${key === null ? "S3's AWS managed key" : safe(key)}`;
  return { code: "objects-to-backfill", text: `objects written ${since} may be under ${under}: to be backfilled` };
}

// --- internal ---

/**
 * Five minutes: bucket configurations are eventually consistent.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html
 */
const GRACE_MS = 5 * 60_000;

/** The attributes that decide how an object written by default is encrypted. */
const ENCRYPTING: ReadonlySet<Attribute> = new Set(["algorithm", "key"]);
