import { ListSubscriptionsByTopicCommand, type SNSClient } from "@aws-sdk/client-sns";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";

/** Who hears a topic. */
export interface SubscriptionSeen {
  readonly protocol: string;
  readonly endpoint: string;
  readonly confirmed: boolean;
}

/**
 * The subscriptions of a topic; `null`: there is no such topic. SNS shows no ARN of one that is not
 * confirmed.
 * https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
 */
export async function subscriptionsOf(
  sns: SNSClient,
  topicArn: string,
): Promise<Fact<readonly SubscriptionSeen[] | null>> {
  return fact<readonly SubscriptionSeen[] | null>(
    "ListSubscriptionsByTopic",
    async () => {
      const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
      return Subscriptions.map(({ Protocol = "", Endpoint = "", SubscriptionArn = "" }) => ({
        protocol: Protocol,
        endpoint: Endpoint,
        confirmed: SubscriptionArn.startsWith("arn:"),
      }));
    },
    { NotFoundException: null, NotFound: null },
  );
}
