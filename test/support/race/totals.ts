import type { Alerts } from "../e2e/alerts.ts";

/** The sum of the alerts about a bucket's objects: objects by outcome, and by reason. */
export async function alertTotals(alerts: Alerts, bucket: string) {
  const counts: Record<string, number> = {};
  const reasons: Record<string, number> = {};
  // An alert may be delivered more than once; its id shows that.
  const once = new Map((await alerts.about(bucket)).map((alert) => [alert.id, alert]));
  for (const { objects } of once.values()) {
    for (const [name, count] of Object.entries(objects?.counts ?? {})) counts[name] = (counts[name] ?? 0) + count;
    for (const [name, count] of Object.entries(objects?.reasons ?? {})) reasons[name] = (reasons[name] ?? 0) + count;
  }
  return { counts, reasons };
}
