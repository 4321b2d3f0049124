import {
  type Capability,
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { CreateQueueCommand, DeleteQueueCommand, type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";

// https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html#setting-up-execution-role
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html

const aws = conformance();
let count = 0;

interface Queue {
  readonly QueueUrl: string;
  readonly arn: string;
}

async function queue(): Promise<Queue> {
  const QueueName = `${aws.prefix}-${count++}`;
  const { QueueUrl = "" } = await aws.sqs.send(new CreateQueueCommand({ QueueName }));
  aws.later(async () => await aws.sqs.send(new DeleteQueueCommand({ QueueUrl })));
  return { QueueUrl, arn: `arn:aws:sqs:${aws.region}:${aws.account}:${QueueName}` };
}

async function received({ QueueUrl }: Queue): Promise<Message> {
  const receive = new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"], WaitTimeSeconds: 1 });
  const first = async () => (await aws.sqs.send(receive)).Messages?.[0];
  return await eventually("a message", first, aws.real ? 150_000 : 5_000);
}

/**
 * Makes a schedule that is due, whose role may send to these queues; returns how its stack ended.
 */
async function schedule(target: Queue, dlq: Queue, allowed: readonly Queue[], trusted = "scheduler.amazonaws.com") {
  const { endpoint, credentials, region } = aws.sqs.config;
  const where = await endpoint?.();
  const url = where && `${where.protocol}//${where.hostname}:${where.port}`;
  const client = new CloudFormationClient({ region, credentials, ...(url === undefined ? {} : { endpoint: url }) });
  const StackName = `${aws.prefix}-${count++}`;
  const Statement = { Effect: "Allow", Action: "sqs:SendMessage", Resource: allowed.map(({ arn }) => arn) };
  const Role = {
    Type: "AWS::IAM::Role",
    Properties: {
      RoleName: StackName,
      AssumeRolePolicyDocument: {
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Principal: { Service: trusted }, Action: "sts:AssumeRole" }],
      },
      Policies: [{ PolicyName: "send", PolicyDocument: { Version: "2012-10-17", Statement } }],
    },
  };
  const due = new Date(Date.now() + (aws.real ? 90_000 : 0)).toISOString().slice(0, 19);
  const Schedule = {
    Type: "AWS::Scheduler::Schedule",
    Properties: {
      Name: StackName,
      ScheduleExpression: `at(${due})`,
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: target.arn,
        RoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
        Input: JSON.stringify({ id: "<aws.scheduler.execution-id>", schedule: "<aws.scheduler.schedule-arn>" }),
        DeadLetterConfig: { Arn: dlq.arn },
        RetryPolicy: { MaximumRetryAttempts: 0 },
      },
    },
  };
  aws.later(() => client.send(new DeleteStackCommand({ StackName })));
  const Capabilities: Capability[] = ["CAPABILITY_NAMED_IAM"];
  const TemplateBody = JSON.stringify({ Resources: { Role, Schedule } });
  await client.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities }));
  const status = await eventually(
    "the stack",
    async () => {
      const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
      const found = Stacks?.[0]?.StackStatus;
      return found !== undefined && /(CREATE|ROLLBACK)_(COMPLETE|FAILED)$/.test(found) ? found : undefined;
    },
    120_000,
  );
  return { status, arn: `arn:aws:scheduler:${aws.region}:${aws.account}:schedule/default/${StackName}` };
}

test("a schedule sends as its role, to a queue without any policy, with its attributes in the input", async () => {
  const [target, dlq] = [await queue(), await queue()];
  const { arn } = await schedule(target, dlq, [target]);
  const body = JSON.parse((await received(target)).Body ?? "{}") as Record<string, string>;
  expect(body.schedule).toBe(arn);
  expect(body.id).toMatch(/^[0-9a-f-]{8,}$/);
}, 300_000);

test("a schedule whose role may not send leaves its message in the dead-letter queue", async () => {
  const [target, dlq] = [await queue(), await queue()];
  const { arn } = await schedule(target, dlq, [dlq]);
  const dead = await received(dlq);
  expect(JSON.parse(dead.Body ?? "{}")).toHaveProperty("id");
  expect(dead.MessageAttributes).toMatchObject({
    ERROR_CODE: { StringValue: expect.any(String) },
    SCHEDULE_ARN: { StringValue: arn },
    TARGET_ARN: { StringValue: target.arn },
  });
}, 300_000);

test("a schedule with a role that does not trust the Scheduler is refused", async () => {
  const [target, dlq] = [await queue(), await queue()];
  const { status } = await schedule(target, dlq, [target, dlq], "events.amazonaws.com");
  expect(status).toMatch(/^ROLLBACK|CREATE_FAILED/);
}, 300_000);
