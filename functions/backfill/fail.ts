import { moveBackfill, readBackfill } from "#aws/backfill/backfills";
import type { Backfill } from "#core/backfill/backfill";
import { safe } from "#core/safe";
import { logger } from "../runtime/telemetry.ts";
import type { Delivery } from "../sweep/delivery.ts";
import { afterEnd } from "./next.ts";
import type { BackfillShared } from "./shared.ts";
import { tellBackfill } from "./tell.ts";

/**
 * Ends a backfill that cannot go on by itself, and tells why: a person has to know, and may have it
 * go on from where it is. It is told as the ledger has it now, pages that were listed meanwhile
 * included, and first: two deliveries tell the same, and readers drop the second. What waited for
 * its end begins.
 */
export async function failBackfill(
  shared: BackfillShared,
  { ref, id, state }: Pick<Backfill, "ref" | "id" | "state">,
  cause: string,
  delivery: Delivery,
): Promise<void> {
  const backfill = await readBackfill(shared.ledger, ref, id);
  // Somebody paused or cancelled it.
  if (backfill === null || backfill.state !== state) return;
  const what = backfill.state === "listing" ? "the bucket cannot be listed" : "not all of its objects were looked at";
  const why = `${what}: ${safe(cause)}`;
  logger.error("backfill failed", { bucket: backfill.ref.bucket, backfill: backfill.id, cause });
  await tellBackfill(shared, { ...backfill, state: "failed", why });
  const failed = { from: [backfill.state], to: "failed", now: shared.now(), why } as const;
  const moved = await moveBackfill(shared.ledger, backfill, failed);
  if (moved !== null) await afterEnd(shared, moved, delivery);
}
