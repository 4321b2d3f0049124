import { PutPermissionCommand, PutRuleCommand, PutTargetsCommand } from "@aws-sdk/client-eventbridge";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { PutBucketNotificationConfigurationCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { putBucketEncryptionEvent } from "../events/cloudtrail.ts";
import { redeliver } from "../support/e2e/redrive.ts";
import { nameOf, newBucket, soon, stateOf, story } from "../support/e2e/story.ts";
import type { Clients } from "../support/local-aws/clients.ts";

const e2e = story();
const { alice, root, sandbox } = e2e;
const member = "222233334444";
const bus = `arn:aws:events:${sandbox.region}:${sandbox.account}:event-bus/default`;

test("an event that a member account forwards to this bus matches no rule, and nothing reaches the dead-letter queue", async () => {
  const as = e2e.as({ accessKeyId: member, secretAccessKey: "test" });
  await forwardAll(as);
  const name = nameOf("e2e-member");
  await newBucket(as, "", name);
  const EventBridgeConfiguration = {};
  await as.s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket: name,
      NotificationConfiguration: { EventBridgeConfiguration },
    }),
  );
  await as.s3.send(new PutObjectCommand({ Bucket: name, Key: "k", Body: "x" }));
  await ownBucketIsDone();
  expect(await lettersAbout(name)).toEqual([]);
});

test("an event of another account or Region that reaches the queue all the same is ignored, and not sent to the dead-letter queue", async () => {
  const name = nameOf("e2e-stranger");
  const { account, region } = sandbox;
  const events = [
    putBucketEncryptionEvent({}, { bucket: name, account: member, region }),
    putBucketEncryptionEvent({}, { bucket: name, account, region: "eu-south-1" }),
  ];
  await redeliver(
    e2e,
    events.map((event) => JSON.stringify(event)),
  );
  await ownBucketIsDone();
  expect(await lettersAbout(name)).toEqual([]);
});

/** The queue is a queue: what was sent before an event of our own was received before its look. */
async function ownBucketIsDone(): Promise<void> {
  const own = await newBucket(alice, "e2e-own");
  await soon(
    () => stateOf(e2e, own),
    (state) => state !== null && state.outcome !== null,
  );
}

async function forwardAll({ iam, events }: Clients): Promise<void> {
  const policy = (statement: object) =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
  const put = { Action: "events:PutEvents", Resource: bus };
  await root.events.send(
    new PutPermissionCommand({ EventBusName: "default", Policy: policy({ Sid: "members", Principal: "*", ...put }) }),
  );
  const RoleName = nameOf("forwards");
  const trust = policy({ Principal: { Service: "events.amazonaws.com" }, Action: "sts:AssumeRole" });
  const { Role: role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }));
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "forward", PolicyDocument: policy(put) }));
  const Name = nameOf("to-security");
  await events.send(new PutRuleCommand({ Name, EventPattern: JSON.stringify({ source: ["aws.s3"] }) }));
  await events.send(new PutTargetsCommand({ Rule: Name, Targets: [{ Id: "1", Arn: bus, RoleArn: role?.Arn }] }));
}

/** Messages in any dead-letter queue that name a bucket, left where they are. */
async function lettersAbout(bucket: string): Promise<unknown[]> {
  const { deadLetters, objectDeadLetters, undelivered, objectUndelivered } = sandbox.queues;
  const found: unknown[] = [];
  for (const QueueUrl of [deadLetters, objectDeadLetters, undelivered, objectUndelivered]) {
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    const { Messages: messages = [] } = await root.sqs.send(receive);
    found.push(...messages.map(({ Body }) => Body).filter((body) => body?.includes(bucket)));
  }
  return found;
}
