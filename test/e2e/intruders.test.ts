import { randomUUID } from "node:crypto";
import {
  DeleteItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateAccessKeyCommand, CreateUserCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { PublishBatchCommand, PublishCommand } from "@aws-sdk/client-sns";
import { SendMessageBatchCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, test } from "vitest";
import { findDeployments } from "#aws/ssm/deployment";
import { assume } from "../support/e2e/redrive.ts";
import { story } from "../support/e2e/story.ts";
import type { Clients } from "../support/local-aws/clients.ts";

const e2e = story();
const { alice, root, sandbox } = e2e;
const { policyTable: TableName, ledgerTable, topicArn: TopicArn } = sandbox;
const Key = { pk: { S: "POLICY" }, sk: { S: "CURRENT" } };
let admin: Clients;
let push: Clients;

beforeAll(async () => {
  const UserName = `admin-${randomUUID()}`;
  await root.iam.send(new CreateUserCommand({ UserName }));
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  });
  await root.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "everything", PolicyDocument }));
  const { AccessKey: key } = await root.iam.send(new CreateAccessKeyCommand({ UserName }));
  admin = e2e.as({ accessKeyId: key?.AccessKeyId ?? "", secretAccessKey: key?.SecretAccessKey ?? "" });
  push = await assume(e2e, sandbox.pushRoleArn, "e2e");
});

const put = (table: string, sk: string) =>
  new PutItemCommand({ TableName: table, Item: { pk: { S: "POLICY" }, sk: { S: sk }, version: { N: "99" } } });

const writes: readonly (readonly [what: string, write: (as: Clients) => Promise<unknown>])[] = [
  ["a policy version", (as) => as.dynamodb.send(put(TableName, "VERSION#00000099"))],
  ["the policy pointer", (as) => as.dynamodb.send(put(TableName, "CURRENT"))],
  [
    "an update of the policy pointer",
    (as) =>
      as.dynamodb.send(
        new UpdateItemCommand({
          TableName,
          Key,
          UpdateExpression: "SET version = :v",
          ExpressionAttributeValues: { ":v": { N: "99" } },
        }),
      ),
  ],
  ["the deletion of the policy pointer", (as) => as.dynamodb.send(new DeleteItemCommand({ TableName, Key }))],
  [
    "a transaction on the policy table",
    (as) => as.dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName, Key } }] })),
  ],
  ["a pin in the ledger", (as) => as.dynamodb.send(put(ledgerTable, "CURRENT"))],
  [
    "a message to the event queue",
    (as) => as.sqs.send(new SendMessageCommand({ QueueUrl: sandbox.queues.events, MessageBody: "{}" })),
  ],
  [
    "a batch of messages to the event queue",
    (as) =>
      as.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: sandbox.queues.events,
          Entries: [{ Id: "0", MessageBody: "{}" }],
        }),
      ),
  ],
  [
    "a message to the dead-letter queue",
    (as) => as.sqs.send(new SendMessageCommand({ QueueUrl: sandbox.queues.deadLetters, MessageBody: "{}" })),
  ],
  ["an alert", (as) => as.sns.send(new PublishCommand({ TopicArn, Message: "all is well" }))],
  [
    "a batch of alerts",
    (as) =>
      as.sns.send(
        new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: [{ Id: "0", Message: "all is well" }] }),
      ),
  ],
];

const refusal = { name: expect.stringMatching(/^(AccessDenied|AuthorizationError)/) };

describe.concurrent("a user with full access to S3 and KMS is refused", () => {
  test.each(writes)("%s", async (_what, write) => {
    await expect(write(alice)).rejects.toMatchObject(refusal);
  });
});

describe.concurrent("an administrator with full access to everything is refused", () => {
  test.each(writes)("%s", async (_what, write) => {
    await expect(write(admin)).rejects.toMatchObject({
      ...refusal,
      message: expect.stringContaining("explicit deny"),
    });
  });
});

describe.concurrent("the push role, which writes policies and pins, is refused", () => {
  test.each(writes.filter(([what]) => !what.startsWith("a policy version") && what !== "the policy pointer"))(
    "%s",
    async (_what, write) => {
      await expect(write(push)).rejects.toMatchObject(refusal);
    },
  );
});

test.each(["bucketRoleArn", "redriveRoleArn"] as const)(
  "alice may not assume %s, which the queue lets in",
  async (role) => {
    const [deployment] = await findDeployments(root.ssm);
    const becoming = assume(e2e, deployment?.[role] ?? "", "e2e", alice);
    await expect(becoming).rejects.toMatchObject({ name: "AccessDenied" });
  },
);

test("not even an administrator may assume the function's role", async () => {
  const [deployment] = await findDeployments(root.ssm);
  await expect(assume(e2e, deployment?.bucketRoleArn ?? "", "e2e", admin)).rejects.toMatchObject({
    name: "AccessDenied",
  });
});
