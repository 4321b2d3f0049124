import type { Attribute } from "#core/decide/compare/finding";
import type { Plan } from "#core/decide/plan";
import type { BucketEncryption } from "#core/encryption";
import { isAlgorithm, sameEncryption, usesKey } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";

/**
 * A drift window: a bucket's default was a wrong KMS key or the wrong kind of SSE-KMS, so objects
 * written by default are under that. Where windows are closed by themselves, SSE-S3 counts, too.
 */
export interface DriftWindow {
  readonly algorithm: string;
  /** ISO 8601: the event that set the default; `null`: unknown since when. */
  readonly from: string | null;
  /**
   * ISO 8601: the verified repair plus a grace period, as S3 takes a while to apply a new default.
   */
  readonly to: string;
  /** As the bucket's default spelled it; `null`: none, for which S3 takes its AWS managed key. */
  readonly key: string | null;
  /** The backfill that closes it; absent: a person has to start one. */
  readonly closing?: WindowClosing;
}

/** A backfill that a drift window asks for by itself. */
export interface WindowClosing {
  /** The window's id, as the backfill function knows it. */
  readonly id: string;
  readonly versions: "current" | "all";
  /** Whether its message was sent. */
  readonly isAsked: boolean;
}

/** How the windows of a rule's buckets are closed. */
export interface Closes extends Pick<WindowClosing, "versions"> {
  /** Whether this deployment can; where it cannot, a person has to. */
  readonly isReached: boolean;
}

/** The start of a drift window: everything known before the repair. */
export type Drift = Omit<DriftWindow, "to" | "closing">;

/** The number of windows kept in a bucket's state. */
export const MAX_DRIFT_WINDOWS = 20;

/**
 * The drift that a repair ends; `null`: none. Data events of objects written under a KMS default
 * are dropped unread (that is what makes compliant objects free), so the objects written meanwhile
 * have to be found afterwards.
 *
 * @param plan - the one that writes
 * @param plainSince - ISO 8601: since when a default of SSE-S3 counts as one; `null`: it does not
 */
export function driftOf(
  plan: Pick<Plan, "before" | "differs">,
  trigger: Pick<Trigger, "eventTime"> | null,
  plainSince: string | null = null,
): Drift | null {
  const { algorithm = "", key = null } = plan.before ?? {};
  // A default of SSE-S3 hides nothing: data events of objects written under it are checked.
  if (!isAlgorithm(algorithm) || !usesKey(algorithm)) {
    const isPlain = plan.before !== null && PLAIN.has(algorithm) && plan.differs.includes("algorithm");
    return isPlain && plainSince !== null ? { algorithm: "AES256", from: plainSince, key: null } : null;
  }
  if (!plan.differs.some((attribute) => ENCRYPTING.has(attribute))) return null;
  return { algorithm, from: trigger?.eventTime ?? null, key };
}

/** What a look makes of a drift. */
export interface DriftSeen {
  /** Those that have ended. */
  readonly ended: readonly Drift[];
  /** The one that stands. */
  readonly standing: Drift | null;
}

/**
 * What becomes of the drift that an earlier look saw, where nothing was written: a wrong default
 * that is only observed, or held, hides objects just as one that is repaired.
 *
 * @param known - the drift that stood
 * @param last - what the bucket showed before
 */
export function driftSeen(
  known: Drift | null,
  plan: Pick<Plan, "before" | "differs" | "verdict">,
  trigger: Pick<Trigger, "eventTime"> | null,
  last: BucketEncryption | null,
  plainSince: string | null = null,
): DriftSeen {
  if (plan.verdict === "gone") return { ended: [], standing: null };
  if (plan.before === null) return { ended: [], standing: known };
  const now = driftOf(plan, trigger, plainSince);
  if (known === null || isSame(known, now)) return { ended: [], standing: known ?? now };
  // Where the bucket is as it was, the policy has changed: the key is no longer a wrong one.
  return { ended: sameEncryption(plan.before, last) ? [] : [known], standing: now };
}

/** The same where a write of ours was verified, which may have left the default as it was. */
export function driftRepaired(
  known: Drift | null,
  { before, drift }: { readonly before: BucketEncryption | null; readonly drift?: Drift },
): DriftSeen {
  if (drift !== undefined)
    return { ended: known === null || isSame(known, drift) ? [known ?? drift] : [known, drift], standing: null };
  if (known === null) return { ended: [], standing: null };
  const isLeft = before?.algorithm === known.algorithm && (before.key ?? null) === known.key;
  return isLeft ? { ended: [], standing: known } : { ended: [known], standing: null };
}

/** The window closed by a verified repair. `at`: milliseconds since the epoch. */
export function closedDrift(drift: Drift, at: number): DriftWindow {
  return { ...drift, to: new Date(at + GRACE_MS).toISOString() };
}

/**
 * A bucket's windows with one more, dropping the oldest; a second one with the same start only
 * corrects the end.
 */
export function withDrift(windows: readonly DriftWindow[], window: DriftWindow): readonly DriftWindow[] {
  const others = windows.filter(({ from, key }) => from === null || from !== window.from || key !== window.key);
  return [...others, window].slice(-MAX_DRIFT_WINDOWS);
}

/** The reason that the alert about the repair gives for it. */
export function driftReason({ algorithm, from, to, key, closing }: DriftWindow): Reason {
  const since = from === null ? `up to ${to} (since when is not known)` : `between ${from} and ${to}`;
  const under =
    algorithm === "AES256" ? algorithm : `${algorithm} with ${key === null ? "S3's AWS managed key" : safe(key)}`;
  const text = `objects written ${since} may be under ${under}`;
  return closing === undefined
    ? { code: "objects-to-backfill", text: `${text}: to be backfilled` }
    : { code: "window-closes", text: `${text}: a backfill of that time starts by itself` };
}

// --- internal ---

function isSame(a: Drift, b: Drift | null): boolean {
  return b !== null && a.algorithm === b.algorithm && a.key === b.key;
}

/**
 * Five minutes: bucket configurations are eventually consistent.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html
 */
const GRACE_MS = 5 * 60_000;

/** Defaults of SSE-S3: also the one of a bucket that shows none. */
const PLAIN: ReadonlySet<string> = new Set(["AES256", ""]);

/** The attributes that decide how an object written by default is encrypted. */
const ENCRYPTING: ReadonlySet<Attribute> = new Set(["algorithm", "key"]);
