/**
 * A span of time in which objects may have been written otherwise than declared, and that a
 * backfill closes without anybody asking for it.
 */
export interface BackfillWindow {
  /** Unique for its bucket: a window is backfilled once, however often that is asked for. */
  readonly id: string;
  /**
   * `drift`: the bucket's default was another one. `gap`: it sent no events. `due`: all of the time
   * until then, since its rule asks for that time and again.
   */
  readonly kind: "drift" | "gap" | "due";
  /** ISO 8601; `null`: since when is not known. */
  readonly from: string | null;
  /** ISO 8601. */
  readonly to: string;
}

/**
 * The window of a gap: five minutes longer than the calls say, until the bucket's events are surely
 * on. https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-event-notifications-eventbridge.html
 */
export function gapWindow(id: string, from: string, to: string): BackfillWindow {
  return { id, kind: "gap", from, to: iso(Date.parse(to) + LATE_MS) };
}

type Span = Pick<BackfillWindow, "from" | "to">;

/**
 * The times of the objects that spans of time ask for, all of them together: a minute more at both
 * ends, since events have whole seconds, and S3 has a clock of its own.
 */
export function timesOf(spans: readonly [Span, ...Span[]]): {
  readonly since: string | null;
  readonly until: string;
} {
  const since = Math.min(...spans.map(beginOf));
  const until = Math.max(...spans.map(endOf));
  return { since: Number.isFinite(since) ? iso(since) : null, until: iso(until) };
}

/** Whether some object may be asked for by both of two spans, or no second is between them. */
export function meet(one: Span, other: Span): boolean {
  return beginOf(one) <= endOf(other) && beginOf(other) <= endOf(one);
}

// --- internal ---

const MARGIN_MS = 60_000;
const LATE_MS = 5 * 60_000;

function beginOf({ from }: Span): number {
  return from === null ? Number.NEGATIVE_INFINITY : Date.parse(from) - MARGIN_MS;
}

function endOf({ to }: Span): number {
  return Date.parse(to) + MARGIN_MS;
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
