import { setTimeout as sleep } from "node:timers/promises";

/** Waits until the next piece of work may begin, so that no more than `rate` begin in a second. */
export function pace(rate: number | null): () => Promise<void> {
  if (rate === null) return async () => undefined;
  let next = 0;
  return async () => {
    const now = Date.now();
    const at = Math.max(now, next);
    next = at + 1000 / rate;
    if (at > now) await sleep(at - now);
  };
}
