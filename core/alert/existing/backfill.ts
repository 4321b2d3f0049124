import { emptyWindow } from "#core/alert/digest";
import { buildObjectAlert } from "#core/alert/objects";
import type { Alert } from "#core/alert/schema";
import type { Backfill } from "#core/backfill/backfill";
import { type BackfillWindow, timesOf } from "#core/backfill/window";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";

/** Builds the one alert about a backfill that is over. */
export function buildBackfillAlert(input: {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly ref: BucketRef;
  readonly backfill: Backfill;
}): Alert {
  const { id, state, by, selection, windows, started, touched, listed, counts, samples, why } = input.backfill;
  const shown = Object.entries(counts.outcomes).filter(([outcome]) => !QUIET.has(outcome));
  const window = {
    ...emptyWindow(started, touched),
    counts: Object.fromEntries(shown),
    reasons: counts.reasons,
    samples: [...samples],
  };
  const alert = buildObjectAlert({ ...input, window, unconfirmed: [] });
  const isFailed = state === "failed";
  return {
    ...alert,
    ...(isFailed ? { outcome: "unreadable", severity: "medium" } : {}),
    ...(shown.length === 0 && !isFailed ? { severity: "info" } : {}),
    reasons: [...(windows ?? []).map(windowText), ...(why === null ? [] : [why]), ...alert.reasons],
    next: [
      ...alert.next,
      ...(isFailed
        ? [
            "Find out why it failed; then have it go on with `bucketseal backfill resume BUCKET`, or start the backfill again.",
          ]
        : []),
      ...(state === "done" ? [] : startAgain(safe(input.ref.bucket), windows ?? [])),
    ],
    backfill: {
      id,
      state: isFailed ? "failed" : state === "cancelled" ? "cancelled" : "done",
      by: safe(by),
      prefix: safe(selection.prefix),
      versions: selection.versions,
      since: selection.since,
      until: selection.until,
      listed,
      looked: counts.looked,
      how: { ...counts.how },
      movedBytes: counts.movedBytes,
      ...(windows === undefined ? {} : { windows: windows.map(({ kind, from, to }) => ({ kind, from, to })) }),
    },
  };
}

/** Whether a backfill of a bucket that nobody asked for found nothing that is news. */
export function isNoNews({ state, windows, listed, counts }: Backfill): boolean {
  if (windows === undefined || state !== "done") return false;
  const isQuiet = Object.keys(counts.outcomes).every((outcome) => QUIET.has(outcome));
  return listed === 0 || (isQuiet && windows.every(({ kind }) => kind === "due"));
}

/** What happened, for the subject. */
export function backfillHappened(bucket: string | null, { state, looked }: Told): string {
  return `backfill of ${bucket} ${ENDED[state]} after ${looked} objects`;
}

export function backfillHeadline({ bucket, objects, backfill }: Alert): string {
  const { state, looked, listed, windows } = backfill as Told;
  const { changed = 0 } = objects?.counts ?? {};
  const of = looked === listed ? `${looked}` : `${looked} of ${listed}`;
  const kinds = (windows ?? []).flatMap(({ kind }) => (kind === "due" ? [] : [kind]));
  if (kinds.length > 0) {
    const what = kinds.length === 1 ? `a ${kinds.join()} window` : `${kinds.length} windows`;
    return `The backfill of ${what} of the bucket ${bucket} ${ENDED[state]}: ${of} existing objects were looked at, ${changed} re-encrypted.`;
  }
  return `The backfill of the bucket ${bucket} ${ENDED[state]}: ${of} existing objects were looked at, ${changed} re-encrypted.`;
}

/** Its lines of the table of facts. */
export function backfillFacts({
  by,
  prefix,
  versions,
  since,
  until,
}: Told): readonly (readonly [label: string, value: string])[] {
  const asked = [
    versions === "all" ? "all versions" : "current versions",
    ...(prefix === "" ? [] : [`below ${prefix}`]),
    ...(since === null ? [] : [`since ${since}`]),
    ...(until === null ? [] : [`until ${until}`]),
  ];
  return [
    ["Started", `by ${by}`],
    ["Asked", asked.join(", ")],
  ];
}

// --- internal ---

type Told = NonNullable<Alert["backfill"]>;

function windowText({ kind, from, to }: BackfillWindow): string {
  if (kind === "due") return `by backfillEvery: the rule asks for a backfill of the whole bucket time and again`;
  const when = from === null ? `up to ${to}` : `between ${from} and ${to}`;
  return kind === "drift"
    ? `drift window: the bucket's default was another one ${when}`
    : `gap window: the bucket sent no events ${when}`;
}

/** The command that looks at what a backfill of windows did not come to; none without windows. */
function startAgain(bucket: string, [first, ...others]: readonly BackfillWindow[]): readonly string[] {
  if (first === undefined) return [];
  const { since, until } = timesOf([first, ...others]);
  const asked = [...(since === null ? [] : ["--since", since]), "--until", until].join(" ");
  return [`Objects of that time were not all looked at. To do so, run: bucketseal backfill ${bucket} ${asked} --apply`];
}

/** Outcomes of objects that need nothing. */
const QUIET: ReadonlySet<string> = new Set(["left alone", "exempt", "gone"]);

const ENDED = { done: "ended", cancelled: "was cancelled", failed: "failed" } as const;
