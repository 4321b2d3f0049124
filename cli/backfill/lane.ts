/** The way in which a backfill is done: listed by us, or by S3 Batch Operations. */
export type BackfillLane = "listed" | "batch";

/** The lane for so many objects. */
export function laneFor(objects: number): BackfillLane {
  return objects > MOST_LISTED ? "batch" : "listed";
}

// --- internal ---

/** Beyond that many looks S3 Batch Operations does it with fewer calls of ours. */
const MOST_LISTED = 10_000_000;
