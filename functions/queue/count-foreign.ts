import { logger, metrics } from "../runtime/telemetry.ts";

/** Counts the events of other accounts and Regions in a batch: nothing else is done about them. */
export function countForeign(messages: readonly { readonly kind: string; readonly foreign?: true }[]): void {
  const count = messages.filter(({ foreign }) => foreign === true).length;
  if (count === 0) return;
  logger.info("events of another account or Region ignored", { events: count });
  metrics.addMetric("ForeignEvents", "Count", count);
}
