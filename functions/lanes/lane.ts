/** Milliseconds that a lane waits after it was told to slow down; doubled each time in a row. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 5_000;

/**
 * How many calls go to one bucket or one key at the same time: one more for every round that went well, half as many as soon as somebody asks
 * for less, and a pause before the next one. https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-design-patterns.html
 */
export class Lane {
  readonly #most: number;
  readonly #sleep: (milliseconds: number) => Promise<unknown>;
  readonly #waiting: (() => void)[] = [];
  readonly #waitingToBegin: (() => void)[] = [];
  #width: number;
  #busy = 0;
  #pause = 0;
  #turn = 0;
  #opening: Promise<unknown> | null = null;

  /** @param width how many calls at first; `most`: never more */
  constructor(width: number, most: number, sleep: (milliseconds: number) => Promise<unknown>) {
    this.#width = width;
    this.#most = most;
    this.#sleep = sleep;
  }

  /** How many calls may be under way. */
  get width(): number {
    return Math.floor(this.#width);
  }

  /**
   * Waits for a place, and whoever only begins something until nobody else waits: what was begun is to be finished first. Answers when the
   * place was taken, for `slowDown`.
   */
  async enter(isBeginning = false): Promise<number> {
    const waiting = isBeginning ? this.#waitingToBegin : this.#waiting;
    while (this.#opening !== null || this.#busy >= this.width) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    this.#busy++;
    return this.#turn;
  }

  /** Gives the place back. */
  leave(): void {
    this.#busy--;
    this.#wake();
  }

  /** A call went well. */
  speedUp(): void {
    this.#pause = 0;
    this.#width = Math.min(this.#most, this.#width + 1 / this.#width);
    this.#wake();
  }

  /** A call that entered at `turn` was told to slow down; the others of that turn are told the same and change nothing more. */
  slowDown(turn: number): void {
    if (turn !== this.#turn) return;
    this.#turn++;
    this.#width = Math.max(1, this.#width / 2);
    this.#pause = Math.min(LONGEST_PAUSE, Math.max(FIRST_PAUSE, 2 * this.#pause));
    const opening = this.#sleep(this.#pause * (0.5 + Math.random())).finally(() => {
      if (this.#opening === opening) this.#opening = null;
      this.#wake();
    });
    this.#opening = opening;
  }

  #wake(): void {
    if (this.#opening !== null) return;
    for (let free = this.width - this.#busy; free > 0; free--) {
      (this.#waiting.shift() ?? this.#waitingToBegin.shift())?.();
    }
  }
}
