/** Folds: alerts that repeat another are counted instead of sent, and told together. */

import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import type { Severity } from "#core/reason/severity";

/**
 * What an alert is about: a change of ours, something that stands (reported, held, contested …), or
 * the end of what stood.
 */
export type Kind = "changed" | "stands" | "over";

/** What one actor keeps doing to a bucket under one rule. */
export interface Fold {
  /** By `callerOf`; `null`: nobody is known. */
  readonly actor: string | null;
  readonly rule: string | null;
  /** The id of the first alert about it. */
  readonly incident: string;
  /** ISO 8601: the first and the newest time, and how often. */
  readonly since: string;
  readonly last: string;
  readonly times: number;
  /** What was told, and until when (ISO 8601) the like of it is only counted. */
  readonly told: Weight & {
    readonly kinds: readonly Kind[];
    /** The fingerprints of what stood, each told once. */
    readonly prints: readonly string[];
    readonly until: string;
  };
  /** What was counted and has not been told yet. */
  readonly untold: Untold | null;
}

/** What was counted instead of told. */
export interface Untold {
  readonly count: number;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** The ids of our writes among it: the newest ones. */
  readonly changes: readonly string[];
  readonly last: Pick<News, "before" | "after" | "trigger">;
}

interface Weight {
  readonly severity: Severity;
  readonly danger: number;
}

/** Something that an alert could be sent about. */
export interface News extends Weight {
  readonly kind: Kind;
  readonly actor: string | null;
  readonly rule: string | null;
  /** What stands, as a fingerprint; `null`: nothing does. */
  readonly print: string | null;
  /** The id of its alert. */
  readonly id: string;
  /** Our write that it is about, if any. */
  readonly change: string | null;
  readonly before: BucketEncryption | null;
  readonly after: WantedEncryption | null;
  readonly trigger: Trigger | null;
  /** Whether somebody did it once more; not where we only came to another result. */
  readonly isOnceMore: boolean;
  /** Whether it is told whatever was told before. */
  readonly mustTell: boolean;
}

/** When it happened and how long the like of it is counted. */
export interface FoldTime {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The policy's `fold`, in seconds. */
  readonly seconds: number;
  /**
   * ISO 8601: where the breaker is open, what follows from that is counted until then; `null`: it
   * is closed.
   */
  readonly fightsUntil: string | null;
}

/** Those with something untold whose time has come. */
export function isDue(folds: readonly Fold[], now: number): boolean {
  return folds.some(({ untold, told }) => untold !== null && Date.parse(told.until) <= now);
}

/** The folds after everything that was counted has been told. */
export function settled(folds: readonly Fold[]): readonly Fold[] {
  return folds.map((each) => ({ ...each, untold: null }));
}

/** Those who did something to the bucket within these seconds, newest first. */
export function actorsOf(folds: readonly Fold[], seconds: number, now: number): string[] {
  return byAge(folds.filter(({ last }) => now - Date.parse(last) < seconds * 1000))
    .reverse()
    .flatMap(({ actor }) => actor ?? []);
}

/** Oldest first. */
export function byAge(folds: readonly Fold[]): Fold[] {
  return folds.toSorted((a, b) => Date.parse(a.last) - Date.parse(b.last));
}
