/**
 * Something that may well succeed when it is tried again: an AWS call that was throttled or timed
 * out, a bucket that did not hold still, a write that is not visible yet. The queue redelivers.
 */
export class RetryableError extends Error {
  override readonly name = "RetryableError";
}
