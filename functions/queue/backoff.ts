/** Seconds: the longest wait. An outage may last; a message is tried for most of an hour. */
const LONGEST = 600;

/**
 * Seconds until a message that failed is redelivered: 5, doubled with every receive. With the
 * queue's twelve receives that makes about fifty minutes.
 */
export function backoff(receives: number): number {
  return Math.min(LONGEST, 5 * 2 ** Math.max(0, receives - 1));
}
