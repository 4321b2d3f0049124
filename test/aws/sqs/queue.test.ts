import { randomUUID } from "node:crypto";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { redeliverAfter, sendLater, sendToDeadLetters } from "#aws/sqs/queue";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();

const newQueue = async (attributes: Record<string, string> = {}): Promise<string> => {
  const create = new CreateQueueCommand({ QueueName: `queue-${randomUUID()}`, Attributes: attributes });
  return (await aws.root().sqs.send(create)).QueueUrl ?? "";
};
const receive = async (QueueUrl: string) => {
  const { Messages = [] } = await aws
    .root()
    .sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] }));
  return Messages;
};

test("a message is sent to a queue at once or with a delay", async () => {
  const QueueUrl = await newQueue();
  await sendLater(aws.root().sqs, QueueUrl, { look: "now" }, 0);
  await sendLater(aws.root().sqs, QueueUrl, { look: "later" }, 900);
  expect((await receive(QueueUrl)).map((message) => message.Body)).toEqual(['{"look":"now"}']);
});

test.each([0.2, -5, 1e9])("a delay of %d s is rounded to one that SQS accepts", async (seconds) => {
  await sendLater(aws.root().sqs, await newQueue(), {}, seconds);
});

test("a message is sent to a dead-letter queue unchanged, with its cause", async () => {
  const QueueUrl = await newQueue();
  await sendToDeadLetters(aws.root().sqs, QueueUrl, "{not json", `broken: ${"x".repeat(5_000)}`);
  const [message] = await receive(QueueUrl);
  expect(message?.Body).toBe("{not json");
  expect(message?.MessageAttributes?.cause?.StringValue).toMatch(/^broken: x{900,}…$/);
});

test("a cause that SQS would refuse is made safe, and there always is one", async () => {
  const QueueUrl = await newQueue();
  await sendToDeadLetters(aws.root().sqs, QueueUrl, "1", "a\u0000b\uffff");
  await sendToDeadLetters(aws.root().sqs, QueueUrl, "2", "");
  const causes = (await receive(QueueUrl)).map(({ MessageAttributes }) => MessageAttributes?.cause?.StringValue);
  expect(causes.sort()).toEqual(["a\\u{0}b\\u{ffff}", "unknown"]);
});

test("a failed message is redelivered soon, not after its whole visibility timeout", async () => {
  const QueueUrl = await newQueue({ VisibilityTimeout: "600" });
  await sendLater(aws.root().sqs, QueueUrl, { look: "again" }, 0);
  const [first] = await receive(QueueUrl);
  expect(await receive(QueueUrl)).toEqual([]);
  await redeliverAfter(aws.root().sqs, QueueUrl, [{ receiptHandle: first?.ReceiptHandle ?? "", seconds: 0 }]);
  expect((await receive(QueueUrl)).map((message) => message.MessageId)).toEqual([first?.MessageId]);
});
