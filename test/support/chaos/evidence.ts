import { GetQueueAttributesCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { Story } from "../e2e/story.ts";
import { readCalls } from "../local-aws/call-log.ts";
import type { LoggedCall } from "../local-aws/local-aws.ts";

/** The call log's lines that pass, oldest first. */
export async function callsThat(
  { sandbox }: Story,
  passes: (call: LoggedCall) => boolean,
): Promise<readonly LoggedCall[]> {
  return (await readCalls(sandbox.callLog)).filter(passes);
}

/** The functions' calls that took effect and changed something in S3, oldest first. */
export async function writesOfFunctions(
  e2e: Story,
  buckets: ReadonlySet<string>,
  since: number,
): Promise<readonly LoggedCall[]> {
  return callsThat(
    e2e,
    ({ function: by, api, status, bucket, time }) =>
      by !== null && WRITES.has(api) && status < 300 && buckets.has(bucket ?? "") && Date.parse(time) >= since,
  );
}

/**
 * Messages of a queue that wait or are at work; `delayed`: also those that wait for a time, such as
 * looks to be made again.
 */
export async function messagesIn({ root }: Story, QueueUrl: string, delayed = true): Promise<number> {
  const names = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    ...(delayed ? ["ApproximateNumberOfMessagesDelayed" as const] : []),
  ] as const;
  const { Attributes = {} } = await root.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
  );
  return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}

/** Bodies of a queue's visible messages that begin like this, copies included; they stay there. */
export async function bodiesIn({ root }: Story, QueueUrl: string, beginning: string): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (;;) {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 20 });
    const { Messages = [] } = await root.sqs.send(receive);
    if (Messages.length === 0) return bodies.filter((body) => body.startsWith(beginning));
    bodies.push(...Messages.map(({ Body = "" }) => Body));
  }
}

// --- internal ---

/** Calls that change a bucket's or an object's encryption, or anything else of theirs. */
const WRITES: ReadonlySet<string> = new Set([
  "PutBucketEncryption",
  "DeleteBucketEncryption",
  "PutBucketNotification",
  "UpdateObjectEncryption",
  "CopyObject",
  "PutObject",
  "DeleteObject",
  "DeleteObjects",
]);
