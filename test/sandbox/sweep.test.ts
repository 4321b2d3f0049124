import { CreateTableCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { PutRuleCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  ListRolesCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand } from "@aws-sdk/client-kms";
import { CreateBucketCommand, ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateTopicCommand, ListTopicsCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ListQueuesCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import type { Clients } from "../support/local-aws/clients.ts";
import { localAws } from "../support/local-aws/local-aws.ts";
import { PREFIX, sweep } from "../support/local-aws/sweep.ts";

const local = localAws();
const account = "111122223333";
const DAY = 86_400_000;
const nameOf = (time: number) => `${PREFIX}${time.toString(36)}abc-left`;

const policy = (statement: object) =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });

/** One of each kind that the conformance tests make; returns the key's id. */
async function make(aws: Clients, name: string): Promise<string> {
  await aws.s3.send(new CreateBucketCommand({ Bucket: name }));
  await aws.s3.send(new PutObjectCommand({ Bucket: name, Key: "a", Body: "x" }));
  await aws.sqs.send(new CreateQueueCommand({ QueueName: name }));
  await aws.sns.send(new CreateTopicCommand({ Name: name }));
  await aws.events.send(new PutRuleCommand({ Name: name, EventPattern: '{"source":["aws.s3"]}' }));
  await aws.dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
  const PolicyDocument = policy({ Action: "s3:*", Resource: "*" });
  await aws.iam.send(new CreateUserCommand({ UserName: name }));
  await aws.iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: "p", PolicyDocument }));
  await aws.iam.send(new CreateAccessKeyCommand({ UserName: name }));
  const trust = policy({ Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } });
  await aws.iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trust }));
  await aws.iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: "p", PolicyDocument }));
  const { KeyMetadata: key } = await aws.kms.send(new CreateKeyCommand({ Description: name }));
  await aws.kms.send(new CreateAliasCommand({ AliasName: `alias/${name}`, TargetKeyId: key?.KeyId }));
  return key?.KeyId ?? "";
}

/** The kinds of which something with this name is there. */
async function there({ s3, sqs, sns, dynamodb, iam }: Clients, name: string): Promise<string[]> {
  const lists = {
    bucket: (await s3.send(new ListBucketsCommand({}))).Buckets,
    queue: (await sqs.send(new ListQueuesCommand({}))).QueueUrls,
    topic: (await sns.send(new ListTopicsCommand({}))).Topics,
    table: (await dynamodb.send(new ListTablesCommand({}))).TableNames,
    user: (await iam.send(new ListUsersCommand({}))).Users,
    role: (await iam.send(new ListRolesCommand({}))).Roles,
  };
  return Object.entries(lists).flatMap(([kind, list]) => (JSON.stringify(list ?? []).includes(name) ? [kind] : []));
}

test("what a run of npm run test:aws left is swept, and what another makes now is not", async () => {
  const aws = local.root(account);
  const [now, kept] = [Date.now(), "somebody-elses"];
  const [left, running] = [nameOf(now - DAY), nameOf(now)];
  const [key, other] = [await make(aws, left), await make(aws, running)];
  await aws.s3.send(new CreateBucketCommand({ Bucket: kept }));

  const swept = await sweep(aws, account, { from: 0, before: now - DAY / 2 });

  expect(swept.filter((each) => each.includes("not removed"))).toEqual([]);
  expect(swept.map((each) => each.split(" ")[0]).sort()).toEqual(
    ["alias", "bucket", "key", "queue", "role", "rule", "table", "topic", "user"].sort(),
  );
  expect(await there(aws, left)).toEqual([]);
  expect(await there(aws, running)).toEqual(["bucket", "queue", "topic", "table", "user", "role"]);
  expect(await there(aws, kept)).toEqual(["bucket"]);
  const stateOf = async (KeyId: string) =>
    (await aws.kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata?.KeyState;
  expect([await stateOf(key), await stateOf(other)]).toEqual(["PendingDeletion", "Enabled"]);
});
