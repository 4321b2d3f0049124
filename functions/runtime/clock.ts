import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import type { Ports } from "#core/bucket/ports";

/** Time, waiting and ids: what a function cannot compute. Tests bring their own. */
export type Clock = Pick<Ports, "now" | "sleep" | "newId">;

/** The machine's clock. */
export const systemClock: Clock = {
  now: Date.now,
  sleep: (milliseconds) => setTimeout(milliseconds),
  newId: randomUUID,
};
