import type { Plan } from "#core/decide/plan";
import { isAlgorithm, usesKey } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import type { Reason, ReasonCode } from "#core/reason/reason";
import { safe } from "#core/safe";

/** A time in which a bucket's default was a wrong KMS key or the wrong kind of SSE-KMS, so that what was written by default is under that. */
export interface DriftWindow {
  readonly algorithm: string;
  /** ISO 8601: the event that brought the default; `null`: nobody knows since when. */
  readonly from: string | null;
  /** ISO 8601: the verified repair and some grace, since S3 takes a while to act by a new default. */
  readonly to: string;
  /** As it was spelled in the bucket's default; `null`: none, which S3 takes for its AWS managed key. */
  readonly key: string | null;
}

/** The beginning of a drift window: all that is known before the repair. */
export type Drift = Omit<DriftWindow, "to">;

/** How many windows a bucket's state remembers. */
export const MAX_DRIFT_WINDOWS = 20;

/**
 * Whether a repair ends a drift, and since when it went on. Data events of what was written under a KMS default are dropped before anybody
 * looks (that is what makes compliant objects free), so objects written meanwhile have to be found afterwards.
 *
 * @param plan - the one that writes: it says by its reasons whether algorithm or key were wrong, however the key was spelled
 */
export function driftOf(
  plan: Pick<Plan, "before" | "reasons">,
  trigger: Pick<Trigger, "eventTime"> | null,
): Drift | null {
  const { algorithm = "", key = null } = plan.before ?? {};
  // A default that is SSE-S3 hides nothing: the data events of what is written under it are looked at.
  if (!isAlgorithm(algorithm) || !usesKey(algorithm) || !plan.reasons.some(({ code }) => WRONG.has(code))) return null;
  return { algorithm, from: trigger?.eventTime ?? null, key };
}

/** The window that a verified repair closes. `at`: milliseconds since the epoch. */
export function closedDrift(drift: Drift, at: number): DriftWindow {
  return { ...drift, to: new Date(at + GRACE_MS).toISOString() };
}

/** A bucket's windows with one more, the oldest forgotten; a second one for the same time only says when it really ended. */
export function withDrift(windows: readonly DriftWindow[], window: DriftWindow): readonly DriftWindow[] {
  const others = windows.filter(({ from, key }) => from === null || from !== window.from || key !== window.key);
  return [...others, window].slice(-MAX_DRIFT_WINDOWS);
}

/** What the alert about the repair says of it. */
export function driftReason({ algorithm, from, to, key }: DriftWindow): Reason {
  const since = from === null ? `up to ${to} (since when is not known)` : `between ${from} and ${to}`;
  const under = `${algorithm} with ${key === null ? "S3's AWS managed key" : safe(key)}`;
  return { code: "objects-to-backfill", text: `objects written ${since} may be under ${under}: to be backfilled` };
}

// --- internal ---

/** Five minutes. https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html (bucket configurations are eventually consistent) */
const GRACE_MS = 5 * 60_000;

const WRONG: ReadonlySet<ReasonCode> = new Set(["algorithm-differs", "key-differs", "key-relative"]);
