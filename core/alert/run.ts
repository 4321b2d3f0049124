import type { Outcome } from "#core/outcome";
import type { Severity } from "#core/reason/severity";
import { safe } from "#core/safe";
import type { RunCounts } from "#core/sweep/counts";
import type { Run } from "#core/sweep/run";
import { draft } from "./draft.ts";
import type { Alert } from "./schema.ts";

/** Builds the one alert about a pass over many buckets: when it ends, or has to stop. */
export function buildRunAlert(input: {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly ref: { readonly account: string; readonly region: string };
  /** Whether its buckets are in another account or Region than the stage's own. */
  readonly isMember?: boolean;
  readonly run: Run;
  /** What the one before found; `null`: there was none. */
  readonly before: RunCounts | null;
}): Alert {
  const { run, before, ref, isMember = false } = input;
  const { id, kind, state, started, counts, to } = run;
  const isHalted = state === "halted";
  return {
    ...draft(input, { outcome: outcomeOf(counts), severity: isHalted ? "high" : severityOf(counts) }),
    next: isHalted
      ? [
          "Find out why writes fail or are held, then go on: bucketseal resume; or take the push back: bucketseal policy rollback",
        ]
      : adviceFor(counts, isMember ? `status --account ${ref.account} names the oldest` : "plan lists them"),
    run: {
      id,
      kind,
      state: isHalted ? "halted" : "done",
      by: safe(run.by),
      version: to,
      from: started,
      to: new Date(input.now).toISOString(),
      counts,
      before,
    },
  };
}

// --- internal ---

function outcomeOf({ repaired, failed, held, unreadable, reported }: RunCounts): Outcome {
  if (failed > 0) return "failed";
  if (unreadable > 0) return "unreadable";
  if (held > 0) return "held";
  if (repaired > 0) return "changed";
  return reported > 0 ? "reported" : "left alone";
}

function severityOf({ failed, unreadable, held, repaired }: RunCounts): Severity {
  if (failed > 0 || unreadable > 0) return "medium";
  return held > 0 || repaired > 0 ? "low" : "info";
}

function adviceFor({ repaired, held, unreadable, failed }: RunCounts, listing: string): string[] {
  const open = held + unreadable + failed;
  return [
    ...(open > 0 ? [`Each of those buckets has an alert of its own: bucketseal ${listing}`] : []),
    ...(repaired > 0
      ? ["Repaired by a sweep means that an event was missed: is the trail logging? (docs/runbook.md)"]
      : []),
  ];
}
