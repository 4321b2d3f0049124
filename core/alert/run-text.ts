import type { RunCounts } from "#core/sweep/counts";
import type { Alert } from "./schema.ts";

type Run = NonNullable<Alert["run"]>;

/** What happened, for the subject: `sweep ended: 1 repaired, 2 held`. */
export function runHappened({ kind, state, counts }: Pick<Run, "kind" | "state" | "counts">): string {
  return `${kind === "sweep" ? "sweep" : "push"} ${state === "halted" ? "halted" : "ended"}: ${countsText(counts)}`;
}

export function runHeadline({ kind, state, counts, version }: Run): string {
  const what = kind === "sweep" ? "The sweep" : `Looking at the buckets that version ${version} of the policy concerns`;
  if (state === "halted") return `${what} was halted: too many writes failed or were held (${countsText(counts)}).`;
  return `${what} ended after ${counts.seen} bucket${counts.seen === 1 ? "" : "s"}: ${countsText(counts)}.`;
}

/** Its lines of the table of facts. */
export function runFacts({ by, from, to, before }: Run): readonly (readonly [label: string, value: string])[] {
  return [
    ["Started", `by ${by} at ${from}`],
    ["Ended", to],
    ["Before", before === null ? "there was none" : countsText(before)],
  ];
}

// --- internal ---

/** `1 repaired, 2 held`; `nothing to do` where all is as it was declared. */
function countsText({ seen: _, ...counts }: RunCounts): string {
  const parts = Object.entries(counts).flatMap(([name, count]) => (count > 0 ? [`${count} ${name}`] : []));
  return parts.join(", ") || "nothing to do";
}
