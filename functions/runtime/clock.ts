import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Ports } from "#core/bucket/ports";

/** What a function cannot compute: the time, waiting, and ids. Tests bring their own. */
export type Clock = Pick<Ports, "now" | "sleep" | "newId">;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: Date.now,
  sleep: (milliseconds) => setTimeout(milliseconds),
  newId: randomUUID,
};
