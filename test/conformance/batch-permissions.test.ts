import { CreateTopicCommand, DeleteTopicCommand, PublishBatchCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, DeleteQueueCommand, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, test } from "vitest";
import { type Conformance, conformance } from "../support/local-aws/conformance.ts";

const aws = conformance();
let QueueUrl = "";
let TopicArn = "";
let sender: Awaited<ReturnType<Conformance["otherUser"]>>;
let batcher: typeof sender;

beforeAll(async () => {
  const QueueName = `${aws.prefix}-batches`;
  ({ QueueUrl = "" } = await aws.sqs.send(new CreateQueueCommand({ QueueName })));
  aws.later(async () => await aws.sqs.send(new DeleteQueueCommand({ QueueUrl })));
  ({ TopicArn = "" } = await aws.sns.send(new CreateTopicCommand({ Name: QueueName })));
  aws.later(async () => await aws.sns.send(new DeleteTopicCommand({ TopicArn })));
  const may = (...Action: string[]) => aws.otherUser([{ Effect: "Allow", Action, Resource: "*" }]);
  [sender, batcher] = await Promise.all([
    may("sqs:SendMessage", "sns:Publish"),
    may("sqs:SendMessageBatch", "sns:PublishBatch"),
  ]);
}, 180_000);

// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
describe("a principal that may send one message may send several:", () => {
  const batch = () => new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "0", MessageBody: "x" }] });

  test("sqs:SendMessage is what SendMessageBatch needs", async () => {
    expect((await sender.sqs.send(batch())).Successful).toHaveLength(1);
  });

  test("sqs:SendMessageBatch is not a permission", async () => {
    await expect(batcher.sqs.send(batch())).rejects.toThrow(/sqs:sendmessage\b/i);
  });
});

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
describe("a principal that may publish one alert may publish several:", () => {
  const batch = () => new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [{ Id: "0", Message: "x" }] });

  test("sns:Publish is what PublishBatch needs", async () => {
    expect((await sender.sns.send(batch())).Successful).toHaveLength(1);
  });

  test("sns:PublishBatch is not a permission", async () => {
    await expect(batcher.sns.send(batch())).rejects.toThrow(/SNS:Publish\b/i);
  });
});
