import { setImmediate as turn } from "node:timers/promises";

/**
 * Virtual time: waiting tasks are woken in order of time, and all that can run does before time
 * goes on.
 */
export class Clock {
  now: number;
  readonly #waiting: { readonly at: number; readonly seq: number; readonly wake: () => void }[] = [];
  #seq = 0;

  /** @param now - milliseconds since the epoch */
  constructor(now: number) {
    this.now = now;
  }

  /** Calls `wake` in `milliseconds`. */
  in(milliseconds: number, wake: () => void): void {
    this.#waiting.push({ at: this.now + milliseconds, seq: this.#seq++, wake });
  }

  sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.in(milliseconds, resolve));
  }

  /**
   * Runs until nothing waits any more; after `steps` steps that is an error: the world does not
   * come to rest.
   */
  async run(steps = 20_000): Promise<void> {
    await turn();
    for (let step = 0; this.#waiting.length > 0; step++) {
      if (step === steps) throw new Error(`the world has not come to rest after ${steps} steps`);
      this.#waiting.sort((a, b) => a.at - b.at || a.seq - b.seq);
      const next = this.#waiting.shift();
      this.now = next?.at ?? this.now;
      next?.wake();
      await turn();
    }
  }
}
