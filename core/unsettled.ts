/** The bucket kept changing, or a write was not seen in time: try again later. */
export class Unsettled extends Error {
  override readonly name = "RetryableError";
}
