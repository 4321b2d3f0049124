import type { Outcome } from "#core/outcome";
import type { Reason } from "#core/reason/reason";

/** What became of the objects that a backfill looked at. */
export interface BackfillCounts {
  readonly looked: number;
  readonly outcomes: Counts;
  /** Those that were written, by strategy. */
  readonly how: Counts;
  /** By reason code, of those that needed something. */
  readonly reasons: Counts;
  /** Bytes that S3 had to move. */
  readonly movedBytes: number;
}

export const noBackfillCounts: BackfillCounts = { looked: 0, outcomes: {}, how: {}, reasons: {}, movedBytes: 0 };

/** An object that illustrates the counts; its name is raw. */
export interface BackfillSample {
  readonly key: string;
  readonly versionId: string | null;
  readonly outcome: Outcome;
  readonly reason: string | null;
}

/** How many samples a backfill keeps. */
export const MAX_BACKFILL_SAMPLES = 20;

/** The counts with one more look. */
export function withLookAt(counts: BackfillCounts, { outcome, how, reasons, movedBytes }: LookResult): BackfillCounts {
  const codes = outcome === "left alone" ? [] : new Set(reasons.map(({ code }) => code));
  return {
    looked: counts.looked + 1,
    outcomes: plus(counts.outcomes, { [outcome]: 1 }),
    how: how === null ? counts.how : plus(counts.how, { [how]: 1 }),
    reasons: plus(counts.reasons, Object.fromEntries([...codes].map((code) => [code, 1]))),
    movedBytes: counts.movedBytes + movedBytes,
  };
}

// --- internal ---

type Counts = Readonly<Record<string, number>>;

interface LookResult {
  readonly outcome: Outcome;
  readonly how: string | null;
  readonly reasons: readonly Reason[];
  readonly movedBytes: number;
}

function plus(a: Counts, b: Counts): Counts {
  const sum = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
