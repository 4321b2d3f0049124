import { describe, expect, test } from "vitest";
import { isRetryable, nameOf, RetryableError, messageOf as text, unknownOrThrow } from "../../aws/error.ts";

const named = (name: string, more: object = {}) => Object.assign(new Error("as AWS says"), { name }, more);

describe("a transient error", () => {
  test.each([
    // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#ErrorCodeList
    ["S3 is busy", named("SlowDown", { $metadata: { httpStatusCode: 503 } })],
    ["S3 is busy with this bucket", named("OperationAborted", { $metadata: { httpStatusCode: 409 } })],
    ["S3 had trouble", named("InternalError", { $metadata: { httpStatusCode: 500 } })],
    ["S3 waited too long for us", named("RequestTimeout", { $metadata: { httpStatusCode: 400 } })],
    ["S3 is unavailable", named("ServiceUnavailable")],
    ["S3 says our clock is off", named("RequestTimeTooSkewed", { $metadata: { httpStatusCode: 403 } })],
    ["KMS throttles", named("ThrottlingException", { $metadata: { httpStatusCode: 400 } })],
    ["KMS had trouble", named("KMSInternalException")],
    ["KMS waited for something", named("DependencyTimeoutException")],
    ["DynamoDB throttles", named("ProvisionedThroughputExceededException", { $metadata: { httpStatusCode: 400 } })],
    ["DynamoDB throttles the account", named("RequestLimitExceeded")],
    ["Organizations throttles", named("TooManyRequestsException")],
    ["SNS throttles", named("Throttling")],
    ["SNS's key is throttled", named("KMSThrottlingException")],
    ["SQS throttles", named("RequestThrottled")],
    ["SQS has too many messages under way", named("OverLimit", { $metadata: { httpStatusCode: 403 } })],
    ["SQS's key is throttled", named("KmsThrottled", { $metadata: { httpStatusCode: 400 } })],
    ["KMS is asked too often", named("LimitExceededException", { $metadata: { httpStatusCode: 400 } })],
    ["KMS is asked too often, by S3", named("KMS.LimitExceededException", { $metadata: { httpStatusCode: 400 } })],
    ["DynamoDB has a transaction on the item", named("TransactionConflictException")],
    ["SSM had trouble", named("InternalServerError")],
    ["credentials ran out under way", named("ExpiredTokenException", { $metadata: { httpStatusCode: 400 } })],
    ["credentials ran out under way, as S3 says it", named("ExpiredToken", { $metadata: { httpStatusCode: 400 } })],
    ["a name nobody knows, with a 5xx", named("Weird", { $metadata: { httpStatusCode: 502 } })],
    ["a name nobody knows, with a 429", named("Weird", { $metadata: { httpStatusCode: 429 } })],
    ["the SDK says so", named("Weird", { $retryable: { throttling: true } })],
    ["the SDK gave a call up", named("TimeoutError")],
    ["a socket broke", named("Error", { code: "ECONNRESET" })],
    ["nobody listens", named("Error", { code: "ECONNREFUSED" })],
    ["DNS is away for a moment", named("Error", { code: "EAI_AGAIN" })],
    ["one of ours", new RetryableError("again")],
  ])("%s", (_what, error) => {
    expect(isRetryable(error)).toBe(true);
    expect(() => unknownOrThrow(error, "GetThing")).toThrow(RetryableError);
  });

  test("is thrown with the call and its cause", () => {
    const cause = named("SlowDown");
    expect(() => unknownOrThrow(cause, "GetThing")).toThrow(
      expect.objectContaining({ name: "RetryableError", message: "GetThing: SlowDown: as AWS says", cause }),
    );
  });
});

describe("a permanent error", () => {
  test.each([
    ["denied", named("AccessDenied", { $metadata: { httpStatusCode: 403 } })],
    ["denied, as most services say it", named("AccessDeniedException", { $metadata: { httpStatusCode: 400 } })],
    ["no such bucket", named("NoSuchBucket", { $metadata: { httpStatusCode: 404 } })],
    ["a key that is not there", named("NotFoundException", { $metadata: { httpStatusCode: 400 } })],
    ["a condition that failed", named("ConditionalCheckFailedException", { $metadata: { httpStatusCode: 400 } })],
    ["a header that is not implemented here", named("NotImplemented", { $metadata: { httpStatusCode: 501 } })],
    ["a call that is not, without a name", named("Unknown", { $metadata: { httpStatusCode: 501 }, $retryable: {} })],
    ["a bucket elsewhere", named("PermanentRedirect", { $metadata: { httpStatusCode: 301 } })],
    ["not an error of AWS at all", new TypeError("x is not a function")],
    ["no error at all", "a string"],
    ["nothing", undefined],
  ])("%s", (_what, error) => {
    expect(isRetryable(error)).toBe(false);
    expect(unknownOrThrow(error, "GetThing").known).toBe(false);
  });

  test("is a fact that is not known, with its name and message", () => {
    expect(unknownOrThrow(named("AccessDenied"), "GetThing")).toEqual({
      known: false,
      error: { name: "AccessDenied", message: "as AWS says" },
    });
  });
});

test.each([
  [named("AccessDenied"), "AccessDenied", "AccessDenied: as AWS says"],
  ["a string", "Error", "Error: a string"],
  [null, "Error", "Error: null"],
  [{ name: "Odd" }, "Odd", "Odd: [object Object]"],
])("any thrown value has a name and a message: %j", (thrown, name, description) => {
  expect(nameOf(thrown)).toBe(name);
  expect(text(thrown)).toBe(description);
});
