import {
  CreateQueueCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
} from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";

const aws = conformance();

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
test("a standard queue takes a message group and says which one a message is of", async () => {
  const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand({ QueueName: `${aws.prefix}-groups` }));
  aws.later(() => aws.sqs.send(new DeleteQueueCommand({ QueueUrl })));
  const Entries = ["a", "b"].map((Id) => ({ Id, MessageBody: Id, MessageGroupId: `of-${Id}` }));
  const { Successful } = await aws.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  expect(Successful).toHaveLength(2);
  const found = new Map<string | undefined, string | undefined>();
  for (let tries = 0; found.size < 2 && tries < 5; tries += 1) {
    const more = { MessageSystemAttributeNames: ["MessageGroupId" as const], MaxNumberOfMessages: 10 };
    const { Messages = [] } = await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, ...more }));
    for (const { Body, Attributes } of Messages) found.set(Body, Attributes?.MessageGroupId);
  }
  expect(Object.fromEntries(found)).toEqual({ a: "of-a", b: "of-b" });
});
