import { randomBytes } from "node:crypto";
import { CloudFormationClient, CreateStackCommand, DeleteStackCommand } from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient, FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateTableCommand,
  DeleteTableCommand,
  PutItemCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  GetEventSourceMappingCommand,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import { CreateQueueCommand, DeleteQueueCommand, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import { beforeAll, describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { role } from "../support/local-aws/role.ts";
import { zip } from "../support/local-aws/zip.ts";

const aws = conformance();
const logs = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
const poll = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
const stream = ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"];
let Role: string;
let count = 0;

beforeAll(async () => {
  Role = await role(
    aws,
    [{ Effect: "Allow", Action: [...logs, ...poll, ...stream], Resource: "*" }],
    "lambda.amazonaws.com",
  );
});

/** A function that logs how many records it got and how large its event was. */
async function counter(withRole = Role): Promise<string> {
  const FunctionName = `${aws.prefix}-${count++}`.slice(-64);
  const code = `export const handler = async (event) => {
    console.log("BATCH=" + JSON.stringify({ records: event.Records.length, bytes: JSON.stringify(event).length, first: event.Records[0].eventName ?? "" }));
  };`;
  const create = new CreateFunctionCommand({
    FunctionName,
    Role: withRole,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Code: { ZipFile: zip("index.mjs", code) },
    Timeout: 20,
  });
  await eventually("the role to be usable", async () => await aws.lambda.send(create).catch(() => undefined), 60_000);
  aws.later(async () => await aws.lambda.send(new DeleteFunctionCommand({ FunctionName })));
  await waitUntilFunctionActiveV2({ client: aws.lambda, maxWaitTime: 60 }, { FunctionName });
  return FunctionName;
}

async function queue(): Promise<{ QueueUrl: string; arn: string }> {
  const QueueName = `${aws.prefix}-${count++}`;
  const Attributes = { VisibilityTimeout: "120" };
  const { QueueUrl = "" } = await aws.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  aws.later(async () => await aws.sqs.send(new DeleteQueueCommand({ QueueUrl })));
  return { QueueUrl, arn: `arn:aws:sqs:${aws.region}:${aws.account}:${QueueName}` };
}

async function send(QueueUrl: string, bodies: string[]): Promise<void> {
  for (let start = 0; start < bodies.length; start += 10) {
    const Entries = bodies.slice(start, start + 10).map((MessageBody, index) => ({ Id: `${index}`, MessageBody }));
    await aws.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  }
}

async function map(input: CreateEventSourceMappingCommandInput): Promise<string> {
  const { UUID = "" } = await aws.lambda.send(new CreateEventSourceMappingCommand(input));
  aws.later(async () => await aws.lambda.send(new DeleteEventSourceMappingCommand({ UUID })));
  return UUID;
}

/** Waits until the function has logged batches of this many records together. */
async function batches(
  FunctionName: string,
  records: number,
): Promise<{ records: number; bytes: number; first: string }[]> {
  const config = aws.real ? {} : { endpoint: aws.endpoint ?? "", credentials: aws.lambda.config.credentials };
  const client = new CloudWatchLogsClient({ region: aws.region, ...config });
  const logGroupName = `/aws/lambda/${FunctionName}`;
  return await eventually(
    `${records} records in ${FunctionName}`,
    async () => {
      const { events = [] } = await client
        .send(new FilterLogEventsCommand({ logGroupName, filterPattern: "BATCH" }))
        .catch(() => ({ events: [] }));
      const found = events.flatMap(({ message = "" }) => {
        const json = /BATCH=(\{.*\})/.exec(message)?.[1];
        return json === undefined ? [] : [JSON.parse(json) as { records: number; bytes: number; first: string }];
      });
      return found.reduce((sum, batch) => sum + batch.records, 0) >= records ? found : undefined;
    },
    aws.real ? 120_000 : 30_000,
  );
}

// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
describe("a queue mapped to a function", () => {
  test("needs a batching window for a batch size above ten", async () => {
    const FunctionName = await counter();
    const { arn } = await queue();
    const create = aws.lambda.send(
      new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn: arn, BatchSize: 11 }),
    );
    await expect(create).rejects.toMatchObject({ name: "InvalidParameterValueException" });
  });

  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
  test("takes its numbers from a template's parameters too", async () => {
    const FunctionName = await counter();
    const { arn, QueueUrl } = await queue();
    const config = aws.real ? {} : { endpoint: aws.endpoint ?? "", credentials: aws.lambda.config.credentials };
    const cloudformation = new CloudFormationClient({ region: aws.region, ...config });
    const ScalingConfig = { MaximumConcurrency: { Ref: "Most" } };
    const Properties = { FunctionName, EventSourceArn: arn, BatchSize: 1, ScalingConfig };
    const TemplateBody = JSON.stringify({
      Parameters: { Most: { Type: "Number", Default: "3" } },
      Resources: { Mapping: { Type: "AWS::Lambda::EventSourceMapping", Properties } },
    });
    const StackName = FunctionName;
    await cloudformation.send(new CreateStackCommand({ StackName, TemplateBody }));
    aws.later(async () => await cloudformation.send(new DeleteStackCommand({ StackName })));
    await send(QueueUrl, ["a"]);
    expect(await batches(FunctionName, 1)).toHaveLength(1);
  });

  test("delivers more than ten messages in one batch with a window", async () => {
    const FunctionName = await counter();
    const { arn, QueueUrl } = await queue();
    await map({ FunctionName, EventSourceArn: arn, BatchSize: 100, MaximumBatchingWindowInSeconds: 3 });
    await send(
      QueueUrl,
      Array.from({ length: 25 }, (_, index) => `message ${index}`),
    );
    const found = await batches(FunctionName, 25);
    expect(Math.max(...found.map(({ records }) => records))).toBeGreaterThan(10);
  });

  test("does not wait for the window when a batch is full", async () => {
    const FunctionName = await counter();
    const { arn, QueueUrl } = await queue();
    await send(
      QueueUrl,
      Array.from({ length: 12 }, (_, index) => `message ${index}`),
    );
    const started = Date.now();
    await map({ FunctionName, EventSourceArn: arn, BatchSize: 12, MaximumBatchingWindowInSeconds: 300 });
    const found = await batches(FunctionName, 12);
    expect(found.reduce((sum, { records }) => sum + records, 0)).toBe(12);
    expect(Date.now() - started).toBeLessThan(aws.real ? 120_000 : 20_000);
  });

  // https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html: "Lambda polls up to … the payload limit of 6 MB"
  test("keeps a batch under 6 MB", async () => {
    const FunctionName = await counter();
    const { arn, QueueUrl } = await queue();
    for (let index = 0; index < 32; index++) await send(QueueUrl, [randomBytes(120 * 1024).toString("hex")]);
    await map({ FunctionName, EventSourceArn: arn, BatchSize: 100, MaximumBatchingWindowInSeconds: 2 });
    const found = await batches(FunctionName, 32);
    expect(found.length).toBeGreaterThan(1);
    expect(Math.max(...found.map(({ bytes }) => bytes))).toBeLessThanOrEqual(6 * 1024 * 1024);
  });

  test("is not polled with a role that may not receive messages", async () => {
    const weak = await role(
      aws,
      [{ Effect: "Allow", Action: [...logs, poll[0]], Resource: "*" }],
      "lambda.amazonaws.com",
    );
    const { arn, QueueUrl } = await queue();
    const FunctionName = await counter(weak);
    const mapping = await map({ FunctionName, EventSourceArn: arn }).catch((error: Error) => error);
    if (mapping instanceof Error) {
      // AWS refuses such a role already here.
      expect(mapping.name).toBe("InvalidParameterValueException");
      return;
    }
    await send(QueueUrl, ["m"]);
    const problem = await eventually("a problem", async () => {
      const { LastProcessingResult } = await aws.lambda.send(new GetEventSourceMappingCommand({ UUID: mapping }));
      return LastProcessingResult?.startsWith("PROBLEM") ? LastProcessingResult : undefined;
    });
    expect(problem).toContain("PROBLEM");
  });
});

// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
test("a table's stream mapped to a function brings inserts and changes", async () => {
  const FunctionName = await counter();
  const TableName = `${aws.prefix}-stream`;
  const { TableDescription } = await aws.dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  );
  aws.later(async () => await aws.dynamodb.send(new DeleteTableCommand({ TableName })));
  await waitUntilTableExists({ client: aws.dynamodb, maxWaitTime: 60 }, { TableName });
  const EventSourceArn = TableDescription?.LatestStreamArn ?? "";
  await map({ FunctionName, EventSourceArn, StartingPosition: "TRIM_HORIZON", BatchSize: 1 });
  await aws.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: "a" } } }));
  await aws.dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key: { pk: { S: "a" } },
      UpdateExpression: "SET x = :x",
      ExpressionAttributeValues: { ":x": { S: "y" } },
    }),
  );
  const found = await batches(FunctionName, 2);
  expect(found.map(({ first }) => first).sort()).toEqual(["INSERT", "MODIFY"]);
});
