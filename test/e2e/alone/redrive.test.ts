import { DeleteBucketEncryptionCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { findDeployments } from "#aws/ssm/deployment";
import type { Letter } from "../../../cli/dead-letters/letter.ts";
import { deleteBucketEncryptionEvent } from "../../events/cloudtrail.ts";
import { dataEvent } from "../../events/object.ts";
import { headOf } from "../../support/e2e/objects.ts";
import { assume, redeliver } from "../../support/e2e/redrive.ts";
import {
  bucketseal,
  declared,
  encryptionOf,
  nameOf,
  sealedBucket,
  soon,
  story,
  succeeds,
} from "../../support/e2e/story.ts";
import { withFaults } from "../../support/local-aws/faults.ts";

const e2e = story();
const { alice, root, sandbox } = e2e;

test("an event that EventBridge could not deliver is listed, kept by the list, and sent back by the CLI", async () => {
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
  const attribute = (StringValue: string) => ({ DataType: "String", StringValue });
  const send = new SendMessageCommand({
    QueueUrl,
    MessageBody: JSON.stringify(lost),
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
    MessageAttributes: { ERROR_CODE: attribute("NO_PERMISSIONS"), ERROR_MESSAGE: attribute("no \u202E permission") },
  });
  await opened(QueueUrl, () => root.sqs.send(send));
  expect(await encryptionOf(alice, bucket)).not.toEqual(declared(sandbox.keyArn));

  const [letter] = await lettersOf(bucket, "bucket-undelivered");
  expect(letter).toMatchObject({ queue: "bucket-undelivered", kind: "event" });
  const listed = await bucketseal(e2e, ["dead-letters", "list", "--queue", "bucket-undelivered"]);
  expect(listed).toMatchObject({ code: 2, stderr: "" });
  expect(listed.stdout).toContain(`${letter?.id.slice(0, 8)}  bucket-undelivered`);
  expect(listed.stdout).toContain("NO_PERMISSIONS: no \\u{202e} permission");

  const redriven = await succeeds(e2e, ["dead-letters", "redrive", "--queue", "bucket-undelivered"]);
  expect(redriven.stdout).toMatch(/^\d+ messages? sent back, 0 skipped$/m);
  const repaired = JSON.stringify(declared(sandbox.keyArn));
  await soon(
    () => encryptionOf(alice, bucket),
    (rule) => JSON.stringify(rule) === repaired,
  );
  expect(await lettersOf(bucket, "bucket-undelivered")).toEqual([]);
});

test.concurrent("an event about an object is sent back by its own redrive role", async () => {
  const { account, region } = sandbox;
  const { objectDeadLetters: QueueUrl } = sandbox.queues;
  const bucket = await sealedBucket(e2e, "objdata-redrive", nameOf("objdata-redrive"));
  const Key = "lost";
  await withFaults(sandbox.endpoint, [{ kind: "eventLost", api: "PutObject", bucket }], () =>
    alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "x", ServerSideEncryption: "AES256" })),
  );
  const lost = dataEvent("PutObject", Key, { bucket, account, region });
  const send = new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(lost) });
  await opened(QueueUrl, () => root.sqs.send(send));
  expect((await headOf(alice, bucket, Key)).ServerSideEncryption).toBe("AES256");

  const [letter] = await lettersOf(bucket, "object");
  expect(letter).toMatchObject({ queue: "object", kind: "event", cause: expect.stringContaining("failed 12 times") });
  await succeeds(e2e, ["dead-letters", "redrive", letter?.id ?? ""]);
  await soon(
    () => headOf(alice, bucket, Key),
    ({ ServerSideEncryption }) => ServerSideEncryption === "aws:kms",
  );
});

test("a malformed message is never sent back by accident: it takes its id and a flag; a drop asks", async () => {
  const poison = `{"not": "an event", "x": "\u202e ${nameOf("poison")}"`;
  await redeliver(e2e, [poison]);
  const id = await buried(poison);
  const shown = await succeeds(e2e, ["dead-letters", "show", id.slice(0, 12), "--queue", "bucket"]);
  expect(shown.stdout).toMatch(/^kind {6}malformed$/m);
  expect(shown.stdout).toContain("\\u{202e} poison-");
  expect(shown.stdout).not.toContain("\u202e");

  const skipped = await bucketseal(e2e, ["dead-letters", "redrive", "--queue", "bucket", "--json"]);
  expect(skipped.code).toBe(2);
  expect(JSON.parse(skipped.stdout).skipped).toContainEqual(expect.objectContaining({ id, kind: "malformed" }));
  expect(await bucketseal(e2e, ["dead-letters", "redrive", "--malformed"])).toMatchObject({
    code: 1,
    stderr: "bucketseal: --malformed needs the id of the one message\n",
  });
  await succeeds(e2e, ["dead-letters", "redrive", id, "--malformed", "--queue", "bucket"]);
  const again = await buried(poison, id);
  const drop = ["dead-letters", "drop", again, "--queue", "bucket"];
  expect(await bucketseal(e2e, drop)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no terminal to confirm on"),
  });
  await succeeds(e2e, [...drop, "--yes"]);
  expect(await bucketseal(e2e, [...drop, "--yes"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("there is no dead letter"),
  });
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

/** The dead letters of one queue about a bucket, as the CLI lists them. */
async function lettersOf(bucket: string, queue: string): Promise<Letter[]> {
  const { code, stdout, stderr } = await bucketseal(e2e, ["dead-letters", "list", "--json", "--queue", queue]);
  if (code !== 0 && code !== 2) throw new Error(stderr);
  return (JSON.parse(stdout) as { letters: Letter[] }).letters.filter((letter) => letter.bucket === bucket);
}

/** The id under which a body is among the buckets' dead letters, when it is; not `before`. */
async function buried(body: string, before = ""): Promise<string> {
  const receive = new ReceiveMessageCommand({
    QueueUrl: sandbox.queues.deadLetters,
    MaxNumberOfMessages: 10,
    VisibilityTimeout: 0,
  });
  const found = await soon(
    async () => (await root.sqs.send(receive)).Messages?.find(({ Body }) => Body === body)?.MessageId ?? "",
    (id) => id !== "" && id !== before,
  );
  return found;
}

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
