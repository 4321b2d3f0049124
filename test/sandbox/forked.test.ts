import { CreateTopicCommand, PublishCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ListQueuesCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type LocalAws, startLocalAws } from "../../sandbox/local-aws.ts";
import { isAlive } from "../../sandbox/lock.ts";
import { clients } from "../support/local-aws/clients.ts";
import { rootOf } from "../support/local-aws/local-aws.ts";

/** Two forks of one process. */
let one: LocalAws;
let other: LocalAws;
beforeAll(async () => {
  [one, other] = await Promise.all([startLocalAws({ forked: true }), startLocalAws({ forked: true })]);
});
afterAll(async () => void (await Promise.all([one?.stop(), other?.stop()])));

const clientsOf = ({ endpoint }: LocalAws) => clients({ endpoint, credentials: rootOf("111122223333") });

test("a forked local AWS has the port it was given in what it says, and nothing of another fork", async () => {
  const { sns, sqs } = clientsOf(one);
  const open = {
    Effect: "Allow",
    Principal: { Service: "sns.amazonaws.com" },
    Action: "sqs:SendMessage",
    Resource: "*",
  };
  const Attributes = { Policy: JSON.stringify({ Version: "2012-10-17", Statement: [open] }) };
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "mine", Attributes }));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: "mine" }));
  const Endpoint = "arn:aws:sqs:us-east-1:111122223333:mine";
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
  await sns.send(new PublishCommand({ TopicArn, Message: "hello" }));
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
  const { UnsubscribeURL } = JSON.parse(Messages[0]?.Body ?? "{}") as { UnsubscribeURL?: string };
  expect(new URL(UnsubscribeURL ?? "").port).toBe(String(one.port));
  expect((await clientsOf(other).sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
});

test("a forked local AWS that is stopped is gone, and the other forks go on", async () => {
  const third = await startLocalAws({ forked: true });
  await third.stop();
  expect(isAlive(third.pid)).toBe(false);
  expect((await fetch(`${other.endpoint}/_ministack/ready`)).ok).toBe(true);
});
