import { buildBackfillAlert, isNoNews } from "#core/alert/existing/backfill";
import type { Backfill } from "#core/backfill/backfill";
import { alertId } from "../runtime/alert-id.ts";
import type { BackfillShared } from "./shared.ts";

/**
 * Tells of a backfill that is over; told twice, the alert is the same. One that failed may go on,
 * and fail again. A window in which nobody wrote is no news: that the bucket had another default
 * was told. Neither is a bucket that is as declared whenever its rule has it looked through.
 */
export async function tellBackfill({ publish }: Pick<BackfillShared, "publish">, backfill: Backfill): Promise<void> {
  const { id, ref, state, touched } = backfill;
  if (isNoNews(backfill)) return;
  const named = alertId(
    "backfill",
    ref.account,
    ref.region,
    ref.bucket,
    id,
    state,
    ...(state === "failed" ? [touched] : []),
  );
  await publish(buildBackfillAlert({ id: named, now: Date.parse(touched), ref, backfill }));
}
