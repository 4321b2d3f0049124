import { alertId } from "../runtime/alert-id.ts";

/** The id of a backfill: when it began, and a part that follows from what it was begun by. */
export function backfillId(now: number, ...by: readonly string[]): string {
  const time = new Date(now).toISOString().slice(0, 19).replaceAll(":", "");
  return `${time}-${alertId(...by).slice(0, 8)}`;
}
