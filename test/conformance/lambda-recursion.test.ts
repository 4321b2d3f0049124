import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  PutFunctionRecursionConfigCommand,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { bundled } from "../support/local-aws/bundled.ts";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { role } from "../support/local-aws/role.ts";

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html: "approximately 16 times in
// the same chain of requests"; with SQS what is stopped becomes a dead letter.

const aws = conformance();
const ROUNDS = 20;
let count = 0;

/** Sends its message to its own queue, one higher, until it has been sent 20 times; then to the end. */
const CODE = `
  import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
  const sqs = new SQSClient({});
  export const handler = async ({ Records }) => {
    for (const { body } of Records) {
      const { n, own, end } = JSON.parse(body);
      await sqs.send(new SendMessageCommand({ QueueUrl: n < ${ROUNDS} ? own : end, MessageBody: JSON.stringify({ n: n + 1, own, end }) }));
    }
  };`;

async function queue(Attributes: Record<string, string> = {}): Promise<{ QueueUrl: string; arn: string }> {
  const QueueName = `${aws.prefix}-loop-${count++}`;
  const { QueueUrl = "" } = await aws.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  aws.later(async () => await aws.sqs.send(new DeleteQueueCommand({ QueueUrl })));
  return { QueueUrl, arn: `arn:aws:sqs:${aws.region}:${aws.account}:${QueueName}` };
}

/** The number of the message that arrives in one of these queues, and which one it is. */
async function looped(RecursiveLoop: "Allow" | "Terminate"): Promise<{ n: number; where: "end" | "dead" }> {
  const [end, dead] = [await queue(), await queue()];
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
  const own = await queue({ VisibilityTimeout: "3", RedrivePolicy });
  const actions = ["logs:*", "sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
  const Role = await role(aws, [{ Effect: "Allow", Action: actions, Resource: "*" }], "lambda.amazonaws.com");
  const FunctionName = `${aws.prefix}-loop-${count++}`.slice(-64);
  const Code = { ZipFile: await bundled(CODE) };
  const create = new CreateFunctionCommand({
    FunctionName,
    Role,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Code,
    Timeout: 3,
  });
  await eventually("the role to be usable", async () => await aws.lambda.send(create).catch(() => undefined), 60_000);
  aws.later(async () => await aws.lambda.send(new DeleteFunctionCommand({ FunctionName })));
  await waitUntilFunctionActiveV2({ client: aws.lambda, maxWaitTime: 60 }, { FunctionName });
  await aws.lambda.send(new PutFunctionRecursionConfigCommand({ FunctionName, RecursiveLoop }));
  const map = new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn: own.arn, BatchSize: 1 });
  const { UUID } = await aws.lambda.send(map);
  aws.later(async () => await aws.lambda.send(new DeleteEventSourceMappingCommand({ UUID })));
  const first = { n: 1, own: own.QueueUrl, end: end.QueueUrl };
  await aws.sqs.send(new SendMessageCommand({ QueueUrl: own.QueueUrl, MessageBody: JSON.stringify(first) }));
  return await eventually(
    "a message at the end or among the dead letters",
    async () => {
      for (const [where, { QueueUrl }] of [["end", end] as const, ["dead", dead] as const]) {
        const { Messages: [message] = [] } = await aws.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
        if (message !== undefined) return { n: JSON.parse(message.Body ?? "{}").n, where };
      }
      return undefined;
    },
    aws.real ? 300_000 : 25_000,
  );
}

test.concurrent("a function that invokes itself through its queue is stopped after about 16 times", async () => {
  const { n, where } = await looped("Terminate");
  expect(where).toBe("dead");
  expect(n).toBeGreaterThanOrEqual(aws.real ? 14 : 17);
  expect(n).toBeLessThanOrEqual(aws.real ? 19 : 17);
}, 360_000);

test.concurrent("a function that may do so is not stopped", async () => {
  expect(await looped("Allow")).toEqual({ n: ROUNDS + 1, where: "end" });
}, 360_000);
