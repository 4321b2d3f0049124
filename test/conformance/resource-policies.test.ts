import {
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  GetItemCommand,
  PutItemCommand,
  PutResourcePolicyCommand,
  QueryCommand,
  ScanCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { CreateTopicCommand, DeleteTopicCommand, PublishCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, test } from "vitest";
import type { Clients } from "../support/local-aws/clients.ts";
import { conformance } from "../support/local-aws/conformance.ts";
import { role, session } from "../support/local-aws/role.ts";

const aws = conformance();
const everything = [{ Effect: "Allow", Action: ["sqs:*", "sns:*", "dynamodb:*", "kms:*"], Resource: "*" }];

/** A role that the policy under test allows, and another with the same identity policy. */
async function roles(): Promise<{ arn: string; writer: Clients; other: Clients }> {
  const arn = await role(aws, everything);
  return { arn, writer: await session(aws, arn), other: await session(aws, await role(aws, everything)) };
}

const onlyBy = (arn: string, Action: string | string[], Resource: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OnlyTheWriter",
        Effect: "Deny",
        Principal: { AWS: "*" },
        Action,
        Resource,
        Condition: { ArnNotEquals: { "aws:PrincipalArn": arn } },
      },
    ],
  });

// aws:PrincipalArn of a session is its role's ARN:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
describe("a Deny with ArnNotEquals aws:PrincipalArn lets only one role through in the policy", () => {
  test("of a queue", async () => {
    const { arn, writer, other } = await roles();
    const QueueName = `${aws.prefix}-policy`;
    const queue = `arn:aws:sqs:${aws.region}:${aws.account}:${QueueName}`;
    const Policy = onlyBy(arn, "sqs:SendMessage", queue);
    const { QueueUrl = "" } = await aws.sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
    aws.later(async () => await aws.sqs.send(new DeleteQueueCommand({ QueueUrl })));
    const send = new SendMessageCommand({ QueueUrl, MessageBody: "m" });
    expect((await writer.sqs.send(send)).MessageId).toBeTypeOf("string");
    await expect(other.sqs.send(send)).rejects.toMatchObject({
      name: expect.stringMatching(/^AccessDenied/),
      message: expect.stringContaining("with an explicit deny in a resource-based policy"),
    });
    expect((await other.sqs.send(new ReceiveMessageCommand({ QueueUrl }))).$metadata.httpStatusCode).toBe(200);
  });

  test("of a topic", async () => {
    const { arn, writer, other } = await roles();
    const Name = `${aws.prefix}-policy`;
    const Policy = onlyBy(arn, "sns:Publish", `arn:aws:sns:${aws.region}:${aws.account}:${Name}`);
    const { TopicArn = "" } = await aws.sns.send(new CreateTopicCommand({ Name, Attributes: { Policy } }));
    aws.later(async () => await aws.sns.send(new DeleteTopicCommand({ TopicArn })));
    const publish = new PublishCommand({ TopicArn, Message: "m" });
    expect((await writer.sns.send(publish)).MessageId).toBeTypeOf("string");
    await expect(other.sns.send(publish)).rejects.toMatchObject({ name: "AuthorizationErrorException" });
  });

  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/access-control-resource-based.html
  test("of a table and its indexes", async () => {
    const { arn, writer, other } = await roles();
    const TableName = `${aws.prefix}-policy`;
    const { TableDescription } = await aws.dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      }),
    );
    aws.later(async () => await aws.dynamodb.send(new DeleteTableCommand({ TableName })));
    await waitUntilTableExists({ client: aws.dynamodb, maxWaitTime: 60 }, { TableName });
    const ResourceArn = TableDescription?.TableArn ?? "";
    const Policy = onlyBy(arn, ["dynamodb:PutItem", "dynamodb:UpdateItem"], ResourceArn);
    await aws.dynamodb.send(new PutResourcePolicyCommand({ ResourceArn, Policy }));
    const put = new PutItemCommand({ TableName, Item: { pk: { S: "CURRENT" } } });
    await writer.dynamodb.send(put);
    await expect(other.dynamodb.send(put)).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("explicit deny in a resource-based policy"),
    });
    const read = await other.dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: "CURRENT" } } }));
    expect(read.Item).toEqual({ pk: { S: "CURRENT" } });
  });

  test("of a table; an Allow there is enough within the account", async () => {
    const TableName = `${aws.prefix}-allow`;
    const { TableDescription } = await aws.dynamodb.send(
      new CreateTableCommand({
        TableName,
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      }),
    );
    aws.later(async () => await aws.dynamodb.send(new DeleteTableCommand({ TableName })));
    await waitUntilTableExists({ client: aws.dynamodb, maxWaitTime: 60 }, { TableName });
    const user = await aws.otherUser([{ Effect: "Allow", Action: "sqs:ListQueues", Resource: "*" }]);
    const query = new QueryCommand({
      TableName,
      KeyConditionExpression: "pk = :pk",
      ExpressionAttributeValues: { ":pk": { S: "x" } },
    });
    await expect(user.dynamodb.send(query)).rejects.toMatchObject({ name: "AccessDeniedException" });
    const ResourceArn = TableDescription?.TableArn ?? "";
    const Statement = [
      { Effect: "Allow", Principal: { AWS: user.arn }, Action: "dynamodb:Query", Resource: ResourceArn },
    ];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await aws.dynamodb.send(new PutResourcePolicyCommand({ ResourceArn, Policy }));
    expect((await user.dynamodb.send(query)).Count).toBe(0);
  });
});

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
test("dynamodb:LeadingKeys is the partition key that a call names, and absent where it names none", async () => {
  const TableName = `${aws.prefix}-leading`;
  await aws.dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
  aws.later(async () => await aws.dynamodb.send(new DeleteTableCommand({ TableName })));
  await waitUntilTableExists({ client: aws.dynamodb, maxWaitTime: 60 }, { TableName });
  const Condition = {
    "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["PIN#*"] },
    Null: { "dynamodb:LeadingKeys": "false" },
  };
  const Action = ["dynamodb:PutItem", "dynamodb:GetItem", "dynamodb:DeleteItem", "dynamodb:Query", "dynamodb:Scan"];
  const user = await aws.otherUser([{ Effect: "Allow", Action, Resource: "*", Condition }]);
  const pin = { pk: { S: "PIN#111122223333" } };
  const state = { pk: { S: "BUCKET#111122223333" } };
  const refused = { name: "AccessDeniedException" };

  await user.dynamodb.send(new PutItemCommand({ TableName, Item: pin }));
  expect((await user.dynamodb.send(new GetItemCommand({ TableName, Key: pin }))).Item).toEqual(pin);
  await expect(user.dynamodb.send(new PutItemCommand({ TableName, Item: state }))).rejects.toMatchObject(refused);
  await expect(user.dynamodb.send(new DeleteItemCommand({ TableName, Key: state }))).rejects.toMatchObject(refused);
  const query = (ExpressionAttributeValues: Record<string, { S: string }>, key = "#key") =>
    user.dynamodb.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: `${key} = :key`,
        ...(key === "#key" ? { ExpressionAttributeNames: { "#key": "pk" } } : {}),
        ExpressionAttributeValues,
      }),
    );
  expect((await query({ ":key": pin.pk })).Count).toBe(1);
  expect((await query({ ":key": pin.pk }, "pk")).Count).toBe(1);
  await expect(query({ ":key": state.pk })).rejects.toMatchObject(refused);
  await expect(user.dynamodb.send(new ScanCommand({ TableName }))).rejects.toMatchObject(refused);
});
