import type { Trigger } from "./trigger.ts";

/** The newest event by CloudTrail's clock, the last of several in one second; `null`: none. */
export function newest<T extends Pick<Trigger, "eventTime">>(events: readonly T[]): T | null {
  return events.reduce<T | null>(
    (best, event) => (best !== null && Date.parse(event.eventTime) < Date.parse(best.eventTime) ? best : event),
    null,
  );
}
