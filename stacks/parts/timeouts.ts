import { Duration } from "aws-cdk-lib";

/** A look takes well under a second; verifying a write may take five. */
export const FUNCTION_TIMEOUT = Duration.seconds(30);

/** A copy of 5 GB takes minutes; looks not begun in time are put back into the queue. */
export const OBJECT_FUNCTION_TIMEOUT = Duration.seconds(300);

/** Six times the function's time limit, as Lambda advises. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
export const BUCKET_TIMEOUT = Duration.seconds(180);

/** A hundred thousand names are listed in one invocation. */
export const SWEEP_FUNCTION_TIMEOUT = Duration.seconds(180);

/** Six times the sweep function's. */
export const SWEEP_TIMEOUT = Duration.seconds(1080);

/** A hundred thousand names are listed in one invocation; the rest is one of its own. */
export const BACKFILL_FUNCTION_TIMEOUT = Duration.seconds(120);

/** Six times the backfill function's. */
export const BACKFILL_TIMEOUT = Duration.seconds(720);

/** Six times the object function's. */
export const OBJECT_TIMEOUT = Duration.seconds(1800);
