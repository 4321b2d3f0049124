/** A message with what the queue knows of it. */
export interface Delivery {
  readonly messageId: string;
  readonly hops: number;
  /** Milliseconds since the epoch by which it must be done. */
  readonly deadline: number;
}

/** Seconds after which a run is looked after, should nobody close it who does its last batch. */
export const CLOSE_AFTER = 900;
