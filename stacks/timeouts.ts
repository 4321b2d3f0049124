import { Duration } from "aws-cdk-lib";

/** A look takes well under a second; reading a write back may take five. */
export const FUNCTION_TIMEOUT = Duration.seconds(30);

/** Six times the function's time limit, as Lambda advises. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
export const BUCKET_TIMEOUT = Duration.seconds(180);
