/** One batch: its name, and when it has to be done (milliseconds since the epoch). */
export interface BatchTime {
  readonly id: string;
  readonly deadline: number;
  /** What was not begun by then is left to the next batch. */
  readonly startBy: number;
}
