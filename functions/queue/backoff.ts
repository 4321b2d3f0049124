/** Receives after which the queue gives a message up without saying why; a receive counts even where Lambda was too busy to run. */
export const RECEIVES = 12;

/** Seconds: an outage may last; a message is tried for most of an hour before it goes to the dead letters. */
const LONGEST = 600;

/**
 * Seconds after which a message that failed comes back: 5, doubled with every receive. With the queue's twelve receives that makes about
 * fifty minutes.
 */
export function secondsToComeBack(receives: number): number {
  return Math.min(LONGEST, 5 * 2 ** Math.max(0, receives - 1));
}
