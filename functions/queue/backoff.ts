/** The longest wait, in seconds. Outages may last; a message is tried for most of an hour. */
const LONGEST = 600;

/**
 * Seconds until a failed message is redelivered: 5, doubled with every receive. With the queue's
 * twelve receives that makes about fifty minutes.
 */
export function backoff(receives: number): number {
  return Math.min(LONGEST, 5 * 2 ** Math.max(0, receives - 1));
}
