import { UpdateFunctionConfigurationCommand } from "@aws-sdk/client-lambda";
import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import type { NamedObject } from "#aws/ledger/object-intents";
import { readIntents } from "#aws/ledger/object-intents";
import { findDeployments } from "#aws/ssm/deployment";
import { assume } from "./redrive.ts";
import type { Story } from "./story.ts";

/** As deployed. */
const TIME_LIMIT = 300;
const VISIBILITY = 1800;

/**
 * Sets the object function's time limit, in seconds. That ends its execution environments in the
 * middle of their work, so only a test that runs alone may do it.
 */
export async function limitTime({ root, sandbox }: Story, Timeout: number = TIME_LIMIT): Promise<void> {
  const FunctionName = sandbox.functions.object;
  await root.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout }));
}

/** Sets the object queue's visibility timeout, in seconds: for messages received from now on. */
export async function comeBackAfter({ root, sandbox }: Story, seconds: number = VISIBILITY): Promise<void> {
  const Attributes = { VisibilityTimeout: String(seconds) };
  await root.sqs.send(new SetQueueAttributesCommand({ QueueUrl: sandbox.queues.objects, Attributes }));
}

/**
 * The objects of a bucket whose repair was begun and not recorded as finished, nor told as such.
 */
export async function begunObjects({ root, sandbox }: Story, bucket: string): Promise<readonly NamedObject[]> {
  const { account, region, ledgerTable } = sandbox;
  const intents = await readIntents(
    { dynamodb: root.dynamodb, table: ledgerTable },
    { partition: "aws", account, region, bucket },
  );
  return intents.flatMap(({ objects, told }) => (told ? [] : objects));
}

/**
 * Sends up to ten messages to the object queue at once, as the only role that a person may assume
 * for it.
 */
export async function sendToObjects(e2e: Story, bodies: readonly string[]): Promise<void> {
  const [deployment] = await findDeployments(e2e.root.ssm);
  const { sqs } = await assume(e2e, deployment?.objectRedriveRoleArn ?? "", "e2e");
  const Entries = bodies.map((MessageBody, at) => ({ Id: `${at}`, MessageBody }));
  const sent = await sqs.send(new SendMessageBatchCommand({ QueueUrl: e2e.sandbox.queues.objects, Entries }));
  if (sent.Failed?.length) throw new Error(`not sent: ${JSON.stringify(sent.Failed)}`);
}

export interface Letter {
  readonly body: string;
  readonly cause: string | undefined;
}

/** Takes everything out of the object function's dead-letter queue. */
export async function objectDeadLetters({ root, sandbox }: Story): Promise<readonly Letter[]> {
  const QueueUrl = sandbox.queues.objectDeadLetters;
  const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] });
  const letters: Letter[] = [];
  for (;;) {
    const { Messages: messages = [] } = await root.sqs.send(receive);
    if (messages.length === 0) return letters;
    for (const { Body: body = "", MessageAttributes: attributes, ReceiptHandle } of messages) {
      letters.push({ body, cause: attributes?.cause?.StringValue });
      await root.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}
