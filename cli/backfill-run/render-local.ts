import { safe } from "#core/safe";
import { bucketFields } from "../backfill/backfill-document.ts";
import { bytes, printReasons } from "../backfill/render-backfill-plan.ts";
import { shellWord } from "../line/shell-word.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import { printable } from "../terminal/printable.ts";
import type { LocalBackfill } from "./work-locally.ts";

/** Prints what became of a bucket's objects. */
export function printLocalBackfill({ ref, counts, reasons, samples, isStopped }: LocalBackfill, out: Output): void {
  const moved = counts.movedBytes === 0 ? "" : `, ${bytes(counts.movedBytes)} moved`;
  out.line(out.paint("bold", `${safe(ref.bucket)}  ${safe(ref.region)}`));
  out.line(`  ${plural(counts.looked, "object")} looked at${isStopped ? ", then stopped" : ""}${moved}`);
  for (const [outcome, number] of Object.entries(counts.outcomes)) {
    const colour = COLOURS[outcome] ?? "dim";
    const how = outcome === "changed" ? changedHow(counts.how) : "";
    out.line(`  ${out.paint(colour, String(number).padStart(9))}  ${outcome}${how}`);
  }
  printReasons(reasons, out);
  for (const { key, outcome, reason } of samples.filter(({ outcome: each }) => each === "failed")) {
    out.line(out.paint("red", `  ${outcome}: ${safe(key, 200)}: ${printable(reason ?? "")}`));
  }
  out.line();
}

/** One bucket of the JSON document of a backfill that was done from here. */
export function localBackfillDocument(done: LocalBackfill): Record<string, unknown> {
  const { ref, selection, listed, counts, reasons, samples, isStopped, reached } = done;
  const state = isStopped ? "stopped" : "done";
  return {
    ...bucketFields(ref),
    state,
    selection,
    listed,
    ...counts,
    reasons,
    samples,
    ...(isStopped ? { reached } : {}),
  };
}

/** How work that was stopped goes on: each way leaves nothing out. */
export function howToGoOn(reached: string | null): string {
  const same = "stopped: the same command goes on with what is left";
  // What a terminal cannot show cannot be copied from it either.
  if (reached === null || printable(reached) !== reached) return same;
  return `${same}, and with --start-after ${shellWord(reached)} looks at nothing twice`;
}

// --- internal ---

const COLOURS: Readonly<Record<string, Parameters<Output["paint"]>[0]>> = {
  changed: "green",
  held: "red",
  unreadable: "red",
  contested: "red",
  failed: "red",
  reported: "yellow",
  superseded: "yellow",
};

function changedHow(how: Readonly<Record<string, number>>): string {
  const parts = Object.entries(how).map(([name, number]) => `${number} by ${name}`);
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}
