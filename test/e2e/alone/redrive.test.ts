import { DeleteBucketEncryptionCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { findDeployments } from "#aws/ssm/deployment";
import { deleteBucketEncryptionEvent } from "../../events/cloudtrail.ts";
import { dataEvent } from "../../events/object.ts";
import { headOf } from "../../support/e2e/objects.ts";
import { assume } from "../../support/e2e/redrive.ts";
import { declared, encryptionOf, nameOf, sealedBucket, soon, story } from "../../support/e2e/story.ts";
import { withFaults } from "../../support/local-aws/faults.ts";

const e2e = story();
const { alice, root, sandbox } = e2e;

test("an event that EventBridge could not deliver is redriven by the redrive role, as the runbook says", async () => {
  const bucket = await sealedBucket(e2e, "e2e-redrive", nameOf("e2e-redrive"));
  await withFaults(sandbox.endpoint, [{ kind: "eventLost", api: "DeleteBucketEncryption", bucket }], () =>
    alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket })),
  );
  const { account, region } = sandbox;
  const lost = deleteBucketEncryptionEvent({
    bucket,
    account,
    region,
    eventTime: `${new Date().toISOString().slice(0, 19)}Z`,
  });
  const QueueUrl = sandbox.queues.undelivered;
  const send = new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(lost) });
  await opened(QueueUrl, () => root.sqs.send(send));
  expect(await encryptionOf(alice, bucket)).not.toEqual(declared(sandbox.keyArn));

  const [deployment] = await findDeployments(root.ssm);
  const { sqs } = await assume(e2e, deployment?.redriveRoleArn ?? "", "operator");
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
  await sqs.send(new SendMessageCommand({ QueueUrl: sandbox.queues.events, MessageBody: message?.Body }));
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));

  const repaired = JSON.stringify(declared(sandbox.keyArn));
  await soon(
    () => encryptionOf(alice, bucket),
    (rule) => JSON.stringify(rule) === repaired,
  );
});

test("an event about an object is redriven by its own redrive role", async () => {
  const { account, region } = sandbox;
  const { objects, objectDeadLetters: QueueUrl } = sandbox.queues;
  const bucket = await sealedBucket(e2e, "objdata-redrive", nameOf("objdata-redrive"));
  const Key = "lost";
  await withFaults(sandbox.endpoint, [{ kind: "eventLost", api: "PutObject", bucket }], () =>
    alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x", ServerSideEncryption: "AES256" })),
  );
  const lost = dataEvent("PutObject", Key, { bucket, account, region });
  const send = new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(lost) });
  await opened(QueueUrl, () => root.sqs.send(send));
  expect((await headOf(alice, bucket, Key)).ServerSideEncryption).toBe("AES256");

  const [deployment] = await findDeployments(root.ssm);
  const { sqs } = await assume(e2e, deployment?.objectRedriveRoleArn ?? "", "operator");
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
  await sqs.send(new SendMessageCommand({ QueueUrl: objects, MessageBody: message?.Body }));
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message?.ReceiptHandle }));
  await soon(
    () => headOf(alice, bucket, Key),
    ({ ServerSideEncryption }) => ServerSideEncryption === "aws:kms",
  );
});

test.each([
  ["redriveRoleArn", "deadLetters", "undelivered", "events"],
  ["objectRedriveRoleArn", "objectDeadLetters", "objectUndelivered", "objects"],
] as const)(
  "a redrive role (%s) may send to no other queue and receive nothing",
  async (role, dead, undelivered, events) => {
    const [deployment] = await findDeployments(root.ssm);
    const trespasser = await assume(e2e, deployment?.[role] ?? "", "e2e");
    const refused = { name: expect.stringMatching(/AccessDenied/) };
    const { queues } = sandbox;
    const others = Object.values(queues).filter((url) => url !== queues[events]);
    expect(others).toEqual(expect.arrayContaining([queues[dead], queues[undelivered]]));
    for (const QueueUrl of others) {
      const send = new SendMessageCommand({ QueueUrl, MessageBody: "{}" });
      await expect(trespasser.sqs.send(send)).rejects.toMatchObject(refused);
    }
    const take = new ReceiveMessageCommand({ QueueUrl: queues[events] });
    await expect(trespasser.sqs.send(take)).rejects.toMatchObject(refused);
  },
);

/**
 * Only the rule may send to the queue, not even the root user: its policy is suspended while `work`
 * runs.
 */
async function opened(QueueUrl: string, work: () => Promise<unknown>): Promise<void> {
  const policy = async (Policy: string) =>
    await root.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy } }));
  const { Attributes } = await root.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["Policy"] }));
  await expect(work()).rejects.toMatchObject({ name: "AccessDenied" });
  await policy("");
  await work();
  await policy(Attributes?.Policy ?? "");
}
