import { randomUUID } from "node:crypto";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { publishAlert } from "#aws/sns/publish-alert";
import { buildPolicyAlert } from "#core/alert/policy";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
const account = "111122223333";

const alert = buildPolicyAlert({
  id: "1",
  now: Date.parse("2026-11-21T08:15:19Z"),
  account,
  region: "us-east-1",
  change: { kind: "refused", version: 2, why: "version 2 hashes to something else" },
});

test("an alert is published as JSON for queues, with attributes for filters", async () => {
  const { sns, sqs } = aws.root();
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: `alerts-${randomUUID()}` }));
  const QueueName = `alerts-${randomUUID()}`;
  const Endpoint = `arn:aws:sqs:us-east-1:${account}:${QueueName}`;
  const Statement = { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: Endpoint };
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
  await publishAlert(sns, TopicArn, alert);
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
  const envelope = JSON.parse(message?.Body ?? "{}") as { Message: string; MessageAttributes: object };
  expect(JSON.parse(envelope.Message)).toEqual(JSON.parse(JSON.stringify(alert)));
  expect(envelope.MessageAttributes).toMatchObject({ account: { Type: "String", Value: account } });
});

test.each([
  ["a topic that is not there", `arn:aws:sns:us-east-1:${account}:never`],
  ["no topic at all", "nonsense"],
])("an alert that cannot be sent is retried, whatever the reason: %s", async (_what, topic) => {
  await expect(publishAlert(aws.root().sns, topic, alert)).rejects.toThrow(RetryableError);
});
