/** A message with what the queue knows of it. */
export interface Delivery {
  readonly messageId: string;
  readonly hops: number;
  /** How often SQS has delivered it, this time included. */
  readonly receives: number;
  /** Milliseconds since the epoch by which it must be done. */
  readonly deadline: number;
}

/** Milliseconds kept for the end of a list. */
export const TO_END = 60_000;

/** Seconds after which a run is looked after, should nobody close it who does its last batch. */
export const CLOSE_AFTER = 900;
