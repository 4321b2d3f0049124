import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  PutFunctionRecursionConfigCommand,
  waitUntilFunctionActiveV2,
} from "@aws-sdk/client-lambda";
import { CreateQueueCommand, DeleteQueueCommand, ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { bundled } from "../local-aws/bundled.ts";
import type { Conformance } from "../local-aws/conformance.ts";
import { eventually } from "../local-aws/eventually.ts";
import { role } from "../local-aws/role.ts";

/**
 * A function sends its message to its own queue, one higher, until it has been sent 20 times, and
 * then to the end. Returns the number of the message that arrived there or among the dead letters.
 */
export async function looped(
  aws: Conformance,
  RecursiveLoop: "Allow" | "Terminate",
): Promise<{ n: number; where: "end" | "dead" }> {
  const [end, dead] = [await queue(aws), await queue(aws)];
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: 1 });
  const own = await queue(aws, { VisibilityTimeout: "20", RedrivePolicy });
  const FunctionName = await loopingFunction(aws, RecursiveLoop);
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
    aws.real ? 300_000 : 90_000,
  );
}

// --- internal ---

/** How often a message is sent at most. */
const ROUNDS = 20;

const CODE = `
  import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
  const sqs = new SQSClient({});
  export const handler = async ({ Records }) => {
    for (const { body } of Records) {
      const { n, own, end } = JSON.parse(body);
      const MessageBody = JSON.stringify({ n: n + 1, own, end });
      await sqs.send(new SendMessageCommand({ QueueUrl: n < ${ROUNDS} ? own : end, MessageBody }));
    }
  };`;

const ACTIONS = ["logs:*", "sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
let count = 0;

async function queue(
  aws: Conformance,
  Attributes: Record<string, string> = {},
): Promise<{ QueueUrl: string; arn: string }> {
  const QueueName = `${aws.prefix}-loop-${count++}`;
  const { QueueUrl = "" } = await aws.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
  aws.later(async () => await aws.sqs.send(new DeleteQueueCommand({ QueueUrl })));
  return { QueueUrl, arn: `arn:aws:sqs:${aws.region}:${aws.account}:${QueueName}` };
}

async function loopingFunction(aws: Conformance, RecursiveLoop: "Allow" | "Terminate"): Promise<string> {
  const Role = await role(aws, [{ Effect: "Allow", Action: ACTIONS, Resource: "*" }], "lambda.amazonaws.com");
  const FunctionName = `${aws.prefix}-loop-${count++}`.slice(-64);
  const create = new CreateFunctionCommand({
    FunctionName,
    Role,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Code: { ZipFile: await bundled(CODE) },
    // A cold start may take a while, and a message that is redelivered meanwhile goes to the
    // dead-letter queue.
    Timeout: 20,
  });
  await eventually("the role to be usable", async () => await aws.lambda.send(create).catch(() => undefined), 60_000);
  aws.later(async () => await aws.lambda.send(new DeleteFunctionCommand({ FunctionName })));
  await waitUntilFunctionActiveV2({ client: aws.lambda, maxWaitTime: 60 }, { FunctionName });
  await aws.lambda.send(new PutFunctionRecursionConfigCommand({ FunctionName, RecursiveLoop }));
  return FunctionName;
}
