import { setTimeout as sleep } from "node:timers/promises";
import { type Stage, untilDeclared } from "../stage/stage.ts";
import { breaks } from "./breaks.ts";

/** A repair of a bucket by its event, as the person sees it who broke the bucket. */
export interface Live {
  /** Milliseconds since the epoch. */
  readonly began: number;
  readonly milliseconds: number;
}

/**
 * Breaks buckets in turn, one after the other, and times each repair, until `isEnough` says so.
 */
export async function liveRepairs(
  stage: Stage,
  buckets: readonly string[],
  isEnough: (repairs: readonly Live[]) => boolean,
): Promise<readonly Live[]> {
  const [way] = breaks("");
  const repairs: Live[] = [];
  for (let at = 0; !isEnough(repairs); at++) {
    const bucket = buckets[at % buckets.length] as string;
    await way?.call(stage, bucket);
    const began = Date.now();
    const answered = performance.now();
    await untilDeclared(stage, bucket, EVERY_MS);
    repairs.push({ began, milliseconds: performance.now() - answered });
    // Out of step with anything that polls.
    await sleep(50 + ((at * 37) % 100));
  }
  return repairs;
}

// --- internal ---

/** Milliseconds between two reads: the precision of a figure. */
const EVERY_MS = 5;
