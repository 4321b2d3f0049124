/** Limits on parallel calls: one lane per bucket and one per key. */

import { RetryableError } from "#aws/error";
import { Lane } from "./lane.ts";
import { throttledBy } from "./throttled.ts";

/**
 * A call for an object: its bucket, its key if S3 asks KMS for it, and whether it may be repeated.
 */
export interface LaneCall {
  readonly bucket: string;
  readonly key?: string | undefined;
  /**
   * A copy whose response was lost is not repeated: the next look finds out whether it was made.
   */
  readonly repeatable: boolean;
  /** Milliseconds since the epoch, after which nothing is retried. */
  readonly deadline: number;
  /**
   * The first call for its object: it waits until calls for objects that were started have gone.
   */
  readonly isFirst?: boolean;
}

export interface LaneSettings {
  /** Parallel calls at first, and at most. */
  readonly width: number;
  readonly most: number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

const ATTEMPTS = 6;
const ATTEMPTS_AFTER_FAILURE = 3;
/** Lanes to keep; beyond that all are forgotten. */
const REMEMBERED = 1_000;

/**
 * Runs calls for objects in parallel, within what each bucket and key can take; throttled calls are
 * retried.
 */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #settings: LaneSettings;

  constructor(settings: LaneSettings) {
    this.#settings = settings;
  }

  /** @throws what `ask` throws, when a retry is useless, not allowed or too late. */
  async run<T>(call: LaneCall, ask: () => Promise<T>): Promise<T> {
    const bucket = this.#lane(`bucket ${call.bucket}`);
    const key = call.key === undefined ? null : this.#lane(`key ${call.key}`);
    for (let attempt = 1; ; attempt++) {
      const bucketTurn = await bucket.enter(attempt === 1 && call.isFirst);
      const keyTurn = (await key?.enter()) ?? 0;
      try {
        const answer = await ask();
        bucket.speedUp();
        key?.speedUp();
        return answer;
      } catch (error) {
        const by = throttledBy(error);
        if (by === "kms" && key !== null) key.slowDown(keyTurn);
        else if (by !== null) bucket.slowDown(bucketTurn);
        if (!this.#mayTryAgain(call, attempt, error, by !== null)) throw error;
      } finally {
        key?.leave();
        bucket.leave();
      }
    }
  }

  #mayTryAgain(call: LaneCall, attempt: number, error: unknown, isThrottled: boolean): boolean {
    if (!(error instanceof RetryableError) || this.#settings.now() >= call.deadline) return false;
    return isThrottled ? attempt < ATTEMPTS : call.repeatable && attempt < ATTEMPTS_AFTER_FAILURE;
  }

  #lane(name: string): Lane {
    const found = this.#lanes.get(name);
    if (found !== undefined) return found;
    if (this.#lanes.size >= REMEMBERED) this.#lanes.clear();
    const { width, most, sleep } = this.#settings;
    const lane = new Lane(width, most, sleep);
    this.#lanes.set(name, lane);
    return lane;
  }
}
