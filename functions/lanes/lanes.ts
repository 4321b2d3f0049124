/** How many calls go to one bucket or under one key at the same time. */

import { RetryableError } from "#aws/error";
import { Lane } from "./lane.ts";
import { throttledBy } from "./throttled.ts";

/** A call for an object: to which bucket, under which key if S3 asks KMS for it, and whether it may be made twice. */
export interface LaneCall {
  readonly bucket: string;
  readonly key?: string | undefined;
  /** A copy whose answer was lost is not made again: whether it was made, the next look tells. */
  readonly repeatable: boolean;
  /** Milliseconds since the epoch, after which nothing is tried again. */
  readonly deadline: number;
  /** The first call for its object, which the calls for objects that were begun go before. */
  readonly isFirst?: boolean;
}

export interface LaneSettings {
  /** Calls side by side at first, and at most. */
  readonly width: number;
  readonly most: number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

const ATTEMPTS = 6;
const ATTEMPTS_AFTER_FAILURE = 3;
/** What was learned about more buckets and keys than these is forgotten. */
const REMEMBERED = 1_000;

/** Makes calls for objects side by side, but to no bucket and with no key more than it can take; a throttled call is made again. */
export class Lanes {
  readonly #lanes = new Map<string, Lane>();
  readonly #settings: LaneSettings;

  constructor(settings: LaneSettings) {
    this.#settings = settings;
  }

  /** @throws what `ask` throws, when trying again is of no use, not allowed or too late. */
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
