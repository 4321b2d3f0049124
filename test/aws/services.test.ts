import { randomUUID } from "node:crypto";
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import {
  CreateOrganizationalUnitCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { CreateTopicCommand, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { DeleteParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { describe, expect, test } from "vitest";
import { describeKey } from "#aws/kms/describe-key";
import { listAncestors } from "#aws/organizations/ancestors";
import { publishAlert } from "#aws/sns/publish-alert";
import { retryIn, sendLater, sendToDeadLetters } from "#aws/sqs/queue";
import { findDeployments } from "#aws/ssm/deployment";
import { readPause, writePause } from "#aws/ssm/pause";
import { buildPolicyAlert } from "#core/alert/policy";
import { RetryableError } from "../../aws/error.ts";
import { withFaults } from "../support/local-aws/faults.ts";
import { localAws, rootOf } from "../support/local-aws/local-aws.ts";

const aws = localAws();
const account = "111122223333";

describe("a key", () => {
  const newKey = async (Spec: object = {}): Promise<string> =>
    (await aws.root().kms.send(new CreateKeyCommand(Spec))).KeyMetadata?.Arn ?? "";

  test("is described by its ARN, and by the ARN of an alias", async () => {
    const arn = await newKey();
    await aws.root().kms.send(new CreateAliasCommand({ AliasName: "alias/known", TargetKeyId: arn }));
    const value = { arn, state: "Enabled", spec: "SYMMETRIC_DEFAULT", usage: "ENCRYPT_DECRYPT", manager: "CUSTOMER" };
    expect(await describeKey(aws.root().kms, arn)).toEqual({ known: true, value });
    const alias = `arn:aws:kms:us-east-1:${account}:alias/known`;
    expect(await describeKey(aws.root().kms, alias)).toEqual({ known: true, value });
  });

  test("that AWS manages for S3 says so", async () => {
    const alias = `arn:aws:kms:us-east-1:${account}:alias/aws/s3`;
    expect(await describeKey(aws.root().kms, alias)).toMatchObject({ known: true, value: { manager: "AWS" } });
  });

  test("shows that it is disabled, or on its way out, or for something else", async () => {
    const { kms } = aws.root();
    const [disabled, pending] = [await newKey(), await newKey()];
    await kms.send(new DisableKeyCommand({ KeyId: disabled }));
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: pending, PendingWindowInDays: 7 }));
    const hmac = await newKey({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
    expect(await describeKey(kms, disabled)).toMatchObject({ value: { state: "Disabled" } });
    expect(await describeKey(kms, pending)).toMatchObject({ value: { state: "PendingDeletion" } });
    expect(await describeKey(kms, hmac)).toMatchObject({
      value: { spec: "HMAC_256", usage: "GENERATE_VERIFY_MAC", state: "Enabled" },
    });
  });

  test("that is not there is known not to be", async () => {
    const alias = `arn:aws:kms:us-east-1:${account}:alias/never`;
    expect(await describeKey(aws.root().kms, alias)).toEqual({ known: true, value: null });
  });

  test("that we may not look at is unknown", async () => {
    const arn = await newKey();
    const stranger = await aws.user([]);
    expect(await describeKey(stranger.kms, arn)).toMatchObject({
      known: false,
      error: { name: "AccessDeniedException" },
    });
  });

  test("is asked for again when KMS is busy", async () => {
    const arn = await newKey();
    await withFaults(aws.endpoint, [{ kind: "throttle", service: "kms" }], async () => {
      await expect(describeKey(aws.root().kms, arn)).rejects.toThrow(RetryableError);
    });
  });
});

describe("the pause switch", () => {
  test("stops writes with a reason, and allows them again", async () => {
    const { ssm } = aws.root();
    const Name = `/bucketseal/${randomUUID()}/writes`;
    await ssm.send(new PutParameterCommand({ Name, Value: "allowed", Type: "String" }));
    expect(await readPause(ssm, Name)).toEqual({ known: true, value: null });
    await writePause(ssm, Name, "by alice: incident 4711");
    expect(await readPause(ssm, Name)).toEqual({ known: true, value: "writes are paused: by alice: incident 4711" });
    await writePause(ssm, Name, null);
    expect(await readPause(ssm, Name)).toEqual({ known: true, value: null });
  });

  test.each(["ALLOWED", " allowed", "true"])("stops writes for anything but the one word: %j", async (Value) => {
    const { ssm } = aws.root();
    const Name = `/bucketseal/${randomUUID()}/writes`;
    await ssm.send(new PutParameterCommand({ Name, Value, Type: "String" }));
    expect(await readPause(ssm, Name)).toEqual({ known: true, value: `writes are paused: ${Value}` });
  });

  test("that is gone, or that we may not read, is unknown", async () => {
    const { ssm } = aws.root();
    const Name = `/bucketseal/${randomUUID()}/writes`;
    await ssm.send(new PutParameterCommand({ Name, Value: "allowed", Type: "String" }));
    expect(await readPause((await aws.user([])).ssm, Name)).toMatchObject({
      known: false,
      error: { name: "AccessDeniedException" },
    });
    await ssm.send(new DeleteParameterCommand({ Name }));
    expect(await readPause(ssm, Name)).toMatchObject({ known: false, error: { name: "ParameterNotFound" } });
  });

  test("is asked for again when SSM is busy", async () => {
    await withFaults(aws.endpoint, [{ kind: "error500", service: "ssm" }], async () => {
      await expect(readPause(aws.root().ssm, "/bucketseal/x/writes")).rejects.toThrow(RetryableError);
    });
  });
});

describe("deployed stages", () => {
  const of = (stage: string) => ({
    stage,
    policyTable: `${stage}-policy`,
    ledgerTable: `${stage}-ledger`,
    pushRoleArn: `arn:aws:iam::777788889999:role/${stage}-push`,
    redriveRoleArn: `arn:aws:iam::777788889999:role/${stage}-redrive`,
    topicArn: `arn:aws:sns:us-east-1:777788889999:${stage}`,
    pauseParameter: `/bucketseal/${stage}/writes`,
    eventQueueUrl: `https://sqs.us-east-1.amazonaws.com/777788889999/${stage}-events`,
    deadLetterQueueUrl: `https://sqs.us-east-1.amazonaws.com/777788889999/${stage}-dead`,
    undeliveredQueueUrl: `https://sqs.us-east-1.amazonaws.com/777788889999/${stage}-undelivered`,
    bucketFunction: `${stage}-bucket`,
    bucketRoleArn: `arn:aws:iam::777788889999:role/${stage}-bucket`,
    policyFunction: `${stage}-policy`,
    policyRoleArn: `arn:aws:iam::777788889999:role/${stage}-policy`,
    objectQueueUrl: `https://sqs.us-east-1.amazonaws.com/777788889999/${stage}-objects`,
    objectDeadLetterQueueUrl: `https://sqs.us-east-1.amazonaws.com/777788889999/${stage}-objects-dead`,
    objectUndeliveredQueueUrl: `https://sqs.us-east-1.amazonaws.com/777788889999/${stage}-objects-undelivered`,
    objectFunction: `${stage}-object`,
    objectRoleArn: `arn:aws:iam::777788889999:role/${stage}-object`,
    objectRedriveRoleArn: `arn:aws:iam::777788889999:role/${stage}-object-redrive`,
  });

  test("are found by the parameters that they wrote, more than a page of them", async () => {
    const { ssm } = aws.root("777788889999");
    expect(await findDeployments(ssm)).toEqual([]);
    const stages = Array.from({ length: 12 }, (_, number) => `stage-${String(number).padStart(2, "0")}`);
    for (const stage of stages) {
      const put = (Name: string, Value: string) => ssm.send(new PutParameterCommand({ Name, Value, Type: "String" }));
      await put(`/bucketseal/${stage}/deployment`, JSON.stringify(of(stage)));
      await put(`/bucketseal/${stage}/writes`, "allowed");
    }
    const found = await findDeployments(ssm);
    expect(found.toSorted((a, b) => a.stage.localeCompare(b.stage))).toEqual(stages.map(of));
  });

  test("of another account or Region are not", async () => {
    expect(await findDeployments(aws.root("777788889999", "eu-west-1").ssm)).toEqual([]);
  });
});

describe("an account's place in its organization", () => {
  const organizations = (credentials = rootOf(account)) =>
    new OrganizationsClient({ region: "us-east-1", endpoint: aws.endpoint, credentials });

  test("is every unit above it, nearest first, with the root last", async () => {
    const client = organizations();
    const { Roots: [root] = [] } = await client.send(new ListRootsCommand({}));
    const unit = async (Name: string, ParentId: string) =>
      (await client.send(new CreateOrganizationalUnitCommand({ Name, ParentId }))).OrganizationalUnit?.Id ?? "";
    const rootId = root?.Id ?? "";
    const outer = await unit("workloads", rootId);
    const inner = await unit("prod", outer);
    expect(await listAncestors(client, account)).toEqual({ known: true, value: [rootId] });
    await client.send(
      new MoveAccountCommand({ AccountId: account, SourceParentId: rootId, DestinationParentId: inner }),
    );
    expect(await listAncestors(client, account)).toEqual({ known: true, value: [inner, outer, rootId] });
  });

  test("is unknown to who may not look", async () => {
    const { iam } = await aws.user([]);
    const { accessKeyId, secretAccessKey } = await iam.config.credentials();
    expect(await listAncestors(organizations({ accessKeyId, secretAccessKey }), account)).toMatchObject({
      known: false,
      error: { name: "AccessDeniedException" },
    });
  });

  test("is asked for again when Organizations is busy", async () => {
    await withFaults(aws.endpoint, [{ kind: "throttle", service: "organizations" }], async () => {
      await expect(listAncestors(organizations(), account)).rejects.toThrow(RetryableError);
    });
  });
});

describe("a queue", () => {
  const newQueue = async (attributes: Record<string, string> = {}): Promise<string> => {
    const create = new CreateQueueCommand({ QueueName: `queue-${randomUUID()}`, Attributes: attributes });
    return (await aws.root().sqs.send(create)).QueueUrl ?? "";
  };
  const receive = async (QueueUrl: string) => {
    const { Messages = [] } = await aws
      .root()
      .sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] }));
    return Messages;
  };

  test("gets a message at once or after a while", async () => {
    const QueueUrl = await newQueue();
    await sendLater(aws.root().sqs, QueueUrl, { look: "now" }, 0);
    await sendLater(aws.root().sqs, QueueUrl, { look: "later" }, 900);
    expect((await receive(QueueUrl)).map((message) => message.Body)).toEqual(['{"look":"now"}']);
  });

  test.each([0.2, -5, 1e9])("a delay of %d s is made one that SQS takes", async (seconds) => {
    await sendLater(aws.root().sqs, await newQueue(), {}, seconds);
  });

  test("gets a dead letter unchanged, with its cause", async () => {
    const QueueUrl = await newQueue();
    await sendToDeadLetters(aws.root().sqs, QueueUrl, "{not json", `broken: ${"x".repeat(5_000)}`);
    const [message] = await receive(QueueUrl);
    expect(message?.Body).toBe("{not json");
    expect(message?.MessageAttributes?.cause?.StringValue).toMatch(/^broken: x{900,}$/);
  });

  test("gives a message that failed again soon, not after its whole visibility time-out", async () => {
    const QueueUrl = await newQueue({ VisibilityTimeout: "600" });
    await sendLater(aws.root().sqs, QueueUrl, { look: "again" }, 0);
    const [first] = await receive(QueueUrl);
    expect(await receive(QueueUrl)).toEqual([]);
    await retryIn(aws.root().sqs, QueueUrl, first?.ReceiptHandle ?? "", 0);
    expect((await receive(QueueUrl)).map((message) => message.MessageId)).toEqual([first?.MessageId]);
  });
});

describe("an alert", () => {
  const alert = buildPolicyAlert({
    id: "1",
    now: Date.parse("2026-11-21T08:15:19Z"),
    account,
    region: "us-east-1",
    change: { kind: "refused", version: 2, why: "version 2 hashes to something else" },
  });

  test("is published as JSON for queues, with attributes for filters", async () => {
    const { sns, sqs } = aws.root();
    const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: `alerts-${randomUUID()}` }));
    const QueueName = `alerts-${randomUUID()}`;
    const Endpoint = `arn:aws:sqs:us-east-1:${account}:${QueueName}`;
    const Statement = { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: Endpoint };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
    await publishAlert(sns, TopicArn, alert);
    const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 5 }));
    const envelope = JSON.parse(message?.Body ?? "{}") as { Message: string; MessageAttributes: object };
    expect(JSON.parse(envelope.Message)).toEqual(JSON.parse(JSON.stringify(alert)));
    expect(envelope.MessageAttributes).toMatchObject({ account: { Type: "String", Value: account } });
  });

  test.each([
    ["a topic that is not there", `arn:aws:sns:us-east-1:${account}:never`],
    ["no topic at all", "nonsense"],
  ])("that cannot go out is tried again, whatever the reason: %s", async (_what, topic) => {
    await expect(publishAlert(aws.root().sns, topic, alert)).rejects.toThrow(RetryableError);
  });
});
