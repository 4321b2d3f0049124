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
 * followed to its end. While a window of drift is looked after, it begins after that.
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
    const open = before !== null && isOpen(before) ? before : null;
    const isJoined = open !== null && open.windows === undefined;
    if (!isJoined) await backfills.send(backfillStart(ref, by, selection));
    if (open !== null && !isJoined) {
      out.line(`backfill of ${safe(ref.bucket)}: begins after ${open.id}, which closes a window of drift`);
      if (!watch) {
        begun.push(open);
        continue;
      }
      await followBackfill(backfills, open, out);
    }
    const isOwn = ({ id, windows }: Backfill) => id !== before?.id && windows === undefined;
    const now = isJoined ? open : await awaitBackfill(backfills, ref, isOwn);
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
