import type {
  $Command,
  S3Client,
  S3ClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from "@aws-sdk/client-s3";
import { RetryableError } from "#aws/error";

/** The right to send one call that writes, given for a short time. */
export interface WritePermit {
  /** Milliseconds since the epoch: the call is not sent after it. */
  readonly sendBy: number;
  readonly now: () => number;
}

/** Milliseconds in which S3 answers a call that writes; copies take longer. */
const ANSWER = 4_000;

/**
 * Sends a call that writes: one time, whatever the client's own retries are, and not after its
 * permit has ended. A second try would rest on a look that is older than the first, whose answer
 * was lost: somebody may have written since. The clock is read last of all, right before the
 * request goes out, because Lambda may have frozen the process for minutes meanwhile.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 * @throws RetryableError when the permit has ended; else whatever `send` throws at the first try.
 */
export async function sendOnce<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
  s3: S3Client,
  command: $Command<Input, Output, S3ClientResolvedConfig>,
  { sendBy, now }: WritePermit,
  answerWithin: number = ANSWER,
): Promise<Output> {
  command.middlewareStack.add(
    (next) => async (given) => {
      try {
        if (now() > sendBy) throw new RetryableError("the permit to write ended before the call was sent");
        return await next(given);
      } catch (error) {
        // Nothing that the SDK would try again; the error itself is thrown below.
        throw new SentOnce(error);
      }
    },
    { step: "finalizeRequest", priority: "low", name: "sendOnce" },
  );
  try {
    return await s3.send(command, { requestTimeout: 0, abortSignal: AbortSignal.timeout(answerWithin) });
  } catch (error) {
    throw error instanceof SentOnce ? error.failure : error;
  }
}

/**
 * The failure of a call that writes, as middleware of its client sees it. It is not the `cause`,
 * by which the SDK would know that it may try again.
 */
export class SentOnce extends Error {
  readonly failure: unknown;

  constructor(failure: unknown) {
    super("a call that writes is sent once");
    this.failure = failure;
  }
}
