import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { messageOf, RetryableError } from "#aws/error";
import { alertMessage } from "#core/alert/message";
import type { Alert } from "#core/alert/schema";

/**
 * Publishes an alert: readable text for email, one JSON document for everything else, and
 * attributes for filter policies.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 * @throws RetryableError for every error: an alert that cannot be sent must not be lost.
 */
export async function publishAlert(sns: SNSClient, topicArn: string, alert: Alert): Promise<void> {
  const { subject, message, attributes } = alertMessage(alert);
  try {
    await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: subject,
        Message: message,
        MessageStructure: "json",
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
        ),
      }),
    );
  } catch (error) {
    throw new RetryableError(`the alert could not be published: ${messageOf(error)}`, { cause: error });
  }
}
