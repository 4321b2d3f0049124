import { cut } from "#core/cut";
import { type Outcome, unresolved } from "#core/outcome";
import { safe } from "#core/safe";
import { draft } from "./draft.ts";
import type { Alert } from "./schema.ts";

/** What a time brought, over all buckets: what changed, and what waits for somebody. */
export interface DayDigest {
  /** By outcome. */
  readonly changes: Readonly<Record<string, number>>;
  /** The newest of them. */
  readonly changed: readonly DigestChange[];
  /** By outcome. */
  readonly waiting: Readonly<Record<string, number>>;
  /** Those that have waited for the longest time. */
  readonly oldest: readonly DigestWaiting[];
}

/** An entry of a bucket's history. Names are raw: the builder escapes them. */
export interface DigestChange {
  readonly bucket: string;
  readonly outcome: Outcome;
  /** ISO 8601. */
  readonly at: string;
  readonly actor: string | null;
}

/** A bucket that is other than declared, or unknown. */
export interface DigestWaiting {
  readonly bucket: string;
  readonly outcome: Outcome;
  readonly rule: string | null;
  /** ISO 8601. */
  readonly since: string;
}

/** Buckets that a digest names of each kind. */
const NAMED = 20;

export const emptyDigest: DayDigest = { changes: {}, changed: [], waiting: {}, oldest: [] };

/** The digest with one more entry; that a bucket needs nothing is none, unless somebody waited. */
export function withChange(digest: DayDigest, { bucket, outcome, at, actor }: DigestChange): DayDigest {
  const changed = [...digest.changed, { bucket, outcome, at, actor }];
  return {
    ...digest,
    changes: more(digest.changes, outcome),
    changed: changed.toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(0, NAMED),
  };
}

/** The digest with one more bucket that waits. */
export function withWaiting(digest: DayDigest, { bucket, outcome, rule, since }: DigestWaiting): DayDigest {
  const oldest = [...digest.oldest, { bucket, outcome, rule, since }];
  return {
    ...digest,
    waiting: more(digest.waiting, outcome),
    oldest: oldest.toSorted((a, b) => (a.since < b.since ? -1 : 1)).slice(0, NAMED),
  };
}

/** Builds the one alert about a time, also where nothing happened: that it comes says so. */
export function buildDigestAlert(input: {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly ref: { readonly account: string; readonly region: string };
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  readonly digest: DayDigest;
  /** Whether buckets of members are among them. */
  readonly isHub?: boolean;
}): Alert {
  const { changes, changed, waiting, oldest } = input.digest;
  const of = input.isHub === true ? " --all-accounts" : "";
  const outcome = WORST.find((each) => waiting[each] ?? 0) ?? (changes.changed ? "changed" : "left alone");
  return {
    ...draft(input, { outcome, severity: unresolved.has(outcome) ? "low" : "info" }),
    next: unresolved.has(outcome)
      ? [`bucketseal status${of} counts them, bucketseal history BUCKET${of} says why`]
      : [],
    digest: {
      from: input.from,
      to: input.to,
      changes,
      changed: changed.map(({ bucket, actor, ...rest }) => ({
        ...rest,
        bucket: safe(bucket),
        actor: actor === null ? null : safe(cut(actor, MAX_ACTOR)),
      })),
      waiting,
      oldest: oldest.map(({ bucket, rule, ...rest }) => ({
        ...rest,
        bucket: safe(bucket),
        rule: rule === null ? null : safe(rule),
      })),
    },
  };
}

// --- internal ---

const MAX_ACTOR = 250;

/** From worst to least. */
const WORST: readonly Outcome[] = ["failed", "unreadable", "contested", "held", "reported"];

function more(counts: Readonly<Record<string, number>>, name: string): Readonly<Record<string, number>> {
  return { ...counts, [name]: (counts[name] ?? 0) + 1 };
}
