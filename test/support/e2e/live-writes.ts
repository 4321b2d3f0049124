import { offend, repaired } from "./objects.ts";
import type { Story } from "./story.ts";

/** Milliseconds from each of some live writes until it was repaired, `atOnce` of them at a time. */
export async function liveWrites(
  e2e: Story,
  bucket: string,
  keys: readonly string[],
  atOnce: number,
): Promise<readonly number[]> {
  const took: number[] = [];
  const rest = keys.values();
  const writer = async () => {
    for (const key of rest) {
      const begun = performance.now();
      await offend(e2e.alice, bucket, key);
      await repaired(e2e, bucket, key, PATIENCE);
      took.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, writer));
  return took;
}

/** The time that 95 of 100 took at most. */
export function p95(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.95) - 1] ?? 0;
}

// --- internal ---

/** Seconds. */
const PATIENCE = 120;
