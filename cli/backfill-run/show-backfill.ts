import type { Backfill } from "#core/backfill/backfill";
import { safe } from "#core/safe";
import { bucketFields } from "../backfill/backfill-document.ts";
import { bytes } from "../backfill/render-backfill-plan.ts";
import { selectionLine } from "../backfill/selection-line.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import { COLUMNS } from "../terminal/table.ts";
import { wrap } from "../terminal/wrap.ts";

/** The JSON shape of a stage's backfill, as TypeScript. */
export const backfillShape = `{ bucket, region, account, id, state: "listing" | "running" | "paused" | "done" | "cancelled" | "failed",
  by, started, touched, selection, isListed: boolean, listed, looked, outcomes: { [outcome]: number }, how: { update?, copy? },
  reasons: { [code]: number }, movedBytes, samples: { key, versionId, outcome, reason }[], why: string | null }`;

/** Prints a stage's backfill as it stands. */
export function printBackfill(backfill: Backfill, out: Output): void {
  const { ref, state, by, started, selection, listed, isListed, counts, why } = backfill;
  out.line(out.paint("bold", `${safe(ref.bucket)}  ${safe(ref.region)}  ${state}`));
  for (const line of wrap(`started ${started} by ${safe(by)}`, "  ", COLUMNS)) out.line(line);
  out.line(`  ${selectionLine(selection)}`);
  const moved = counts.movedBytes === 0 ? "" : `, ${bytes(counts.movedBytes)} moved`;
  out.line(`  ${counts.looked} of ${plural(listed, "object")}${isListed ? "" : " listed so far"} looked at${moved}`);
  for (const [outcome, number] of Object.entries(counts.outcomes))
    out.line(`  ${String(number).padStart(9)}  ${outcome}`);
  for (const [code, number] of Object.entries(counts.reasons)) {
    out.line(out.paint("dim", `  ${String(number).padStart(11)}  ${code}`));
  }
  if (why !== null) for (const line of wrap(`because ${safe(why)}`, "  ", COLUMNS)) out.line(line);
}

/** A stage's backfill in the JSON document. */
export function backfillDocument(backfill: Backfill): Record<string, unknown> {
  const { ref, id, state, by, started, touched, selection, isListed, listed, counts, samples, why } = backfill;
  return {
    ...bucketFields(ref),
    id,
    state,
    by,
    started,
    touched,
    selection,
    isListed,
    listed,
    ...counts,
    samples,
    why,
  };
}
