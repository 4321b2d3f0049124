/** Milliseconds that a lane pauses when it is throttled; doubled each time in a row. */
const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 5_000;

/**
 * A limit on parallel calls to one bucket or under one key: it grows by one for every round that
 * went well, and on throttling it is halved and the lane pauses.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance-design-patterns.html
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

  /**
   * @param width - parallel calls at first
   * @param most - the highest limit
   */
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
   * Waits for a slot. Calls that start a new object queue behind those that finish one. Returns the
   * turn, for `slowDown`.
   */
  async enter(isBeginning = false): Promise<number> {
    const waiting = isBeginning ? this.#waitingToBegin : this.#waiting;
    while (this.#opening !== null || this.#busy >= this.width) {
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    this.#busy++;
    return this.#turn;
  }

  /** Frees the slot. */
  leave(): void {
    this.#busy--;
    this.#wake();
  }

  /** Reports a call that went well. */
  speedUp(): void {
    this.#pause = 0;
    this.#width = Math.min(this.#most, this.#width + 1 / this.#width);
    this.#wake();
  }

  /**
   * Reports that a call which entered at `turn` was throttled. Only the first report of a turn
   * counts.
   */
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
