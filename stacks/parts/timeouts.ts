import { Duration } from "aws-cdk-lib";

/** A look takes well under a second; reading a write back may take five. */
export const FUNCTION_TIMEOUT = Duration.seconds(30);

/** A copy of 5 GB takes minutes; what is not begun in time is sent to the queue again. */
export const OBJECT_FUNCTION_TIMEOUT = Duration.seconds(300);

/** Six times the function's time limit, as Lambda advises. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
export const BUCKET_TIMEOUT = Duration.seconds(180);

/** Six times the object function's. */
export const OBJECT_TIMEOUT = Duration.seconds(1800);
