import { GetQueueAttributesCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/** A queue as it is configured, and about how full it is. */
export interface QueueSeen {
  readonly arn: string;
  /** The resource policy's text; empty: none. */
  readonly policy: string;
  /** Messages that wait, are held, or are delayed; SQS's estimate. */
  readonly messages: number;
}

/**
 * A queue; `null`: there is none at that URL.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html
 */
export async function readQueue(sqs: SQSClient, queueUrl: string): Promise<Fact<QueueSeen | null>> {
  return fact<QueueSeen | null>(
    "GetQueueAttributes",
    async () => {
      const get = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["All"] });
      const { Attributes = {} } = await sqs.send(get);
      const counts = ["", "NotVisible", "Delayed"].map((which) =>
        Number((Attributes as Readonly<Record<string, string>>)[`ApproximateNumberOfMessages${which}`] ?? 0),
      );
      return {
        arn: Attributes.QueueArn ?? "",
        policy: Attributes.Policy ?? "",
        messages: counts.reduce((sum, count) => sum + count, 0),
      };
    },
    GONE,
  );
}

// --- internal ---

const GONE = {
  QueueDoesNotExist: null,
  "AWS.SimpleQueueService.NonExistentQueue": null,
  NonExistentQueue: null,
};
