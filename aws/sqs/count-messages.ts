import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { orRetryable } from "#aws/error";

/**
 * About how many messages a queue holds: those that can be taken, those that somebody has taken,
 * and those that are delayed.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function countMessages(sqs: SQSClient, queueUrl: string): Promise<number> {
  const get = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...COUNTS] });
  const { Attributes = {} } = await orRetryable("GetQueueAttributes", () => sqs.send(get));
  return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

// --- internal ---

const COUNTS = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;
