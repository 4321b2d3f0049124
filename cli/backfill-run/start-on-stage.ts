import { type Backfill, isOpen } from "#core/backfill/backfill";
import { backfillStart } from "#core/backfill/messages";
import { safe } from "#core/safe";
import type { CoveredBucket } from "../backfill/covered-buckets.ts";
import type { Output } from "../terminal/output.ts";
import { awaitBackfill, followBackfill } from "./follow-backfill.ts";
import { printBackfill } from "./show-backfill.ts";
import type { StageBackfills } from "./stage-backfills.ts";

/**
 * Starts a stage's backfill of each bucket, or joins the one that is not over; with `watch` each is
 * followed to its end.
 */
export async function startOnStage(
  backfills: StageBackfills,
  covered: readonly CoveredBucket[],
  { by, watch }: { readonly by: string; readonly watch: boolean },
  out: Output,
): Promise<readonly Backfill[]> {
  const begun: Backfill[] = [];
  for (const { ref, selection } of covered) {
    const before = await backfills.last(ref);
    const isJoined = before !== null && isOpen(before);
    if (!isJoined) await backfills.send(backfillStart(ref, by, selection));
    const now = isJoined ? before : await awaitBackfill(backfills, ref, ({ id }) => id !== before?.id);
    const how = isJoined ? `has one that is ${now.state}, started by ${safe(now.by)}` : `started ${now.id}`;
    out.line(`backfill of ${safe(ref.bucket)}: ${how}`);
    begun.push(now);
  }
  if (!watch) return begun;
  const ended: Backfill[] = [];
  for (const each of begun) {
    ended.push(await followBackfill(backfills, each, out));
    printBackfill(ended.at(-1) as Backfill, out);
  }
  return ended;
}
