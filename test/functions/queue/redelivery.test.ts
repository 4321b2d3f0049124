import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import { beforeAll, beforeEach, expect, test } from "vitest";
import { Redelivery } from "../../../functions/queue/redelivery.ts";
import { logger } from "../../../functions/runtime/telemetry.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
/** Requests to SQS, by command. */
let sent: { command: string; input: object }[];
let sqs: SQSClient;
let queueUrl: string;
let deadLetterQueueUrl: string;

const newQueue = async (QueueName: string) => {
  const Attributes = { VisibilityTimeout: "600" };
  return (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? "";
};

beforeAll(async () => {
  logger.setLogLevel("SILENT");
  sqs = aws.root().sqs;
  queueUrl = await newQueue("redelivery");
  deadLetterQueueUrl = await newQueue("redelivery-dead");
  sqs.middlewareStack.add(
    (next, { commandName = "" }) =>
      (given) => {
        sent.push({ command: commandName, input: given.input });
        return next(given);
      },
    { step: "initialize" },
  );
});

beforeEach(() => {
  sent = [];
});

/** Messages as Lambda would receive them from the queue. */
async function received(count: number, receives = 1): Promise<SQSRecord[]> {
  for (let at = 0; at < count; at++) {
    await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: `message ${at}` }));
  }
  const records: SQSRecord[] = [];
  while (records.length < count) {
    const receive = new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await sqs.send(receive);
    for (const { MessageId = "", ReceiptHandle = "", Body = "" } of Messages) {
      const attributes = { ApproximateReceiveCount: `${receives}` } as SQSRecord["attributes"];
      records.push({ messageId: MessageId, receiptHandle: ReceiptHandle, body: Body, attributes } as SQSRecord);
    }
  }
  sent = [];
  return records;
}

const newRedelivery = () => new Redelivery({ sqs, queueUrl, deadLetterQueueUrl });
const failures = (records: readonly SQSRecord[]) => ({
  batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
});

test("a batch in which nothing failed costs no call", async () => {
  expect(await newRedelivery().response()).toEqual(failures([]));
  expect(sent).toEqual([]);
});

test("failed messages are redelivered soon, ten to a call, each by its own backoff", async () => {
  const [first, third] = [await received(6), await received(6, 3)];
  const redelivery = newRedelivery();
  await redelivery.redeliver([...first, ...third], "S3 is too busy");
  expect(await redelivery.response()).toEqual(failures([...first, ...third]));
  expect(sent.map(({ command }) => command)).toEqual(Array(2).fill("ChangeMessageVisibilityBatchCommand"));
  const entries = sent.flatMap(({ input }) => (input as { Entries: { VisibilityTimeout: number }[] }).Entries);
  const seconds = entries.map(({ VisibilityTimeout }) => VisibilityTimeout);
  expect(seconds).toHaveLength(12);
  for (const each of seconds.slice(0, 6)) expect(Math.abs(each - 5)).toBeLessThanOrEqual(1.5);
  for (const each of seconds.slice(6)) expect(Math.abs(each - 20)).toBeLessThanOrEqual(5);
});

test("a message at its last receive goes to the dead-letter queue with its cause, and is not redelivered", async () => {
  const [record] = await received(1, 12);
  const redelivery = newRedelivery();
  await redelivery.redeliver(record === undefined ? [] : [record], "S3 is too busy");
  expect(await redelivery.response()).toEqual(failures([]));
  expect(sent).toMatchObject([
    {
      command: "SendMessageCommand",
      input: {
        QueueUrl: deadLetterQueueUrl,
        MessageBody: "message 0",
        MessageAttributes: { cause: { StringValue: "S3 is too busy" } },
      },
    },
  ]);
});

test("a message that nobody can read is marked, so that no redrive sends it back", async () => {
  const [record] = await received(1);
  await newRedelivery().giveUpMalformed(record as SQSRecord, "no event");
  expect(sent).toMatchObject([
    { input: { MessageAttributes: { cause: { StringValue: "no event" }, malformed: { StringValue: "yes" } } } },
  ]);
});

test("work on behalf of messages has them redelivered only if it fails", async () => {
  const records = await received(2);
  const redelivery = newRedelivery();
  await redelivery.orRedeliver(records.slice(0, 1), "never said", async () => undefined);
  await redelivery.orRedeliver(records.slice(1), "said", () => Promise.reject(new Error("no")));
  expect(await redelivery.response()).toEqual(failures(records.slice(1)));
});

test("a message that was requeued ten times is redelivered instead, so that SQS counts its receives", async () => {
  const [tired, fresh] = await received(2);
  const hops = (stringValue: string) => ({
    hops: { dataType: "Number" as const, stringValue, stringListValues: [], binaryListValues: [] },
  });
  const records = [
    { ...(tired as SQSRecord), messageAttributes: hops("10") },
    { ...(fresh as SQSRecord), messageAttributes: hops("9") },
  ];
  const redelivery = newRedelivery();
  await redelivery.requeue(records, ({ body }) => body);
  expect(await redelivery.response()).toEqual(failures(records.slice(0, 1)));
  expect(sent[0]).toMatchObject({
    input: { Entries: [{ MessageBody: fresh?.body, MessageAttributes: { hops: { StringValue: "10" } } }] },
  });
});

test("requeued messages are sent in one call and do not count as failures", async () => {
  const records = await received(3);
  const redelivery = newRedelivery();
  await redelivery.requeue(records, ({ body }) => `${body}, again`);
  expect(await redelivery.response()).toEqual(failures([]));
  expect(sent.map(({ command }) => command)).toEqual(["SendMessageBatchCommand"]);
});
