import { putPage } from "#aws/backfill/list-page";
import { versionPage } from "#aws/backfill/object-versions";
import type { Backfill } from "#core/backfill/backfill";
import { batchesOfPage } from "#core/backfill/batch";
import { isSelected } from "#core/backfill/selection";
import { logger } from "../runtime/telemetry.ts";
import type { Delivery } from "../sweep/delivery.ts";
import { failBackfill } from "./fail.ts";
import { sendObjects } from "./send.ts";
import type { BackfillShared } from "./shared.ts";

/**
 * Lists the versions of a backfill's objects into batches, page by page, for as long as there is
 * time; the rest is a message of its own. Returns whether the list has come to its end. Whoever
 * finds the resume point moved, or the backfill no longer listing, stops.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function listObjects(shared: BackfillShared, backfill: Backfill, delivery: Delivery): Promise<boolean> {
  const { clients, ledger, now, later } = shared;
  const { ref, id, selection } = backfill;
  let { point, pages } = backfill;
  for (;;) {
    const page = await versionPage(clients.s3, ref, selection.prefix, point);
    if (!page.known) {
      await failBackfill(shared, backfill, `${page.error.name}: ${page.error.message}`, delivery);
      return false;
    }
    const { versions, next } = page.value;
    const names = versions
      .filter((version) => isSelected(selection, version))
      .map(({ key, versionId }) => [key, versionId] as const);
    const batches = batchesOfPage(pages, names);
    if (!(await putPage(ledger, { ref, id, point, pages }, { batches, next, now: now() }))) {
      logger.info("a page was listed by another, or the backfill was stopped", { backfill: id, page: pages });
      return false;
    }
    await sendObjects(shared, backfill, batches);
    if (next === null) return true;
    point = next;
    pages += 1;
    if (now() < delivery.deadline - TO_END) continue;
    await later(backfill, 0, 1);
    return false;
  }
}

// --- internal ---

/** Milliseconds kept for a page that takes long. */
const TO_END = 30_000;
