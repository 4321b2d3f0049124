import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateKeyCommand, DescribeKeyCommand, ListKeysCommand } from "@aws-sdk/client-kms";
import {
  CreateBucketCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { ListTopicsCommand } from "@aws-sdk/client-sns";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { afterEach, beforeAll, expect, test } from "vitest";
import { type Clients, clients } from "../support/local-aws/clients.ts";
import { localAws, rootOf } from "../support/local-aws/local-aws.ts";

const aws = localAws();
const Bucket = "faults";
let once: Clients;

beforeAll(async () => {
  once = clients({ endpoint: aws.endpoint, credentials: rootOf("111122223333"), maxAttempts: 1 });
  await once.s3.send(new CreateBucketCommand({ Bucket }));
});

afterEach(async () => void (await fetch(`${aws.endpoint}/_bucketseal/faults`, { method: "DELETE" })));

async function order(...faults: object[]): Promise<number> {
  const body = JSON.stringify(faults);
  return (await fetch(`${aws.endpoint}/_bucketseal/faults`, { method: "PUT", body })).status;
}

const list = async () => await once.s3.send(new ListObjectsV2Command({ Bucket }));

test("the health endpoint responds", async () => {
  expect(await (await fetch(`${aws.endpoint}/_bucketseal/health`)).json()).toEqual({ status: "ok" });
});

test.each([
  ["s3", "SlowDown", 503, list],
  ["kms", "ThrottlingException", 400, async () => await once.kms.send(new ListKeysCommand({}))],
  ["sns", "Throttling", 400, async () => await once.sns.send(new ListTopicsCommand({}))],
  ["sqs", "RequestThrottled", 400, async () => await once.sqs.send(new ListQueuesCommand({}))],
] as const)("%s throttles with %s", async (service, name, httpStatusCode, call) => {
  await order({ kind: "throttle", service });
  await expect(call()).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
});

test("kmsThrottle is S3's response where KMS throttled it", async () => {
  await order({ kind: "kmsThrottle", api: "PutObject" });
  const put = once.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
  await expect(put).rejects.toMatchObject({ name: "KMS.ThrottlingException", $metadata: { httpStatusCode: 400 } });
});

test("throttle makes DynamoDB fail with ProvisionedThroughputExceededException", async () => {
  await order({ kind: "throttle", service: "dynamodb", api: "CreateTable" });
  const create = once.dynamodb.send(
    new CreateTableCommand({
      TableName: "t",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    }),
  );
  await expect(create).rejects.toMatchObject({ name: "ProvisionedThroughputExceededException" });
});

test("an SDK with retries succeeds after a throttle that ends", async () => {
  await order({ kind: "throttle", service: "s3", api: "ListObjects", times: 2 });
  await aws.root().s3.send(new ListObjectsV2Command({ Bucket }));
  const [fault] = (await (await fetch(`${aws.endpoint}/_bucketseal/faults`)).json()) as [{ hits: number }];
  expect(fault.hits).toBe(2);
});

test("error500 affects only the named bucket", async () => {
  await order({ kind: "error500", bucket: "another" });
  await list();
  await order({ kind: "error500", bucket: Bucket });
  await expect(list()).rejects.toMatchObject({ name: "InternalError", $metadata: { httpStatusCode: 500 } });
});

test("after500 makes the call and then fails", async () => {
  await order({ kind: "after500", api: "PutObject" });
  const put = once.s3.send(new PutObjectCommand({ Bucket, Key: "after500", Body: "x" }));
  await expect(put).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  expect((await list()).Contents?.map(({ Key }) => Key)).toContain("after500");
});

test("slow makes the call later, and answers as ever", async () => {
  await order({ kind: "slow", api: "PutObject", delayMs: 300 });
  const began = performance.now();
  await once.s3.send(new PutObjectCommand({ Bucket, Key: "slow", Body: "x" }));
  expect(performance.now() - began).toBeGreaterThan(290);
  expect((await list()).Contents?.map(({ Key }) => Key)).toContain("slow");
});

test("twice makes the call twice", async () => {
  const VersioningConfiguration = { Status: "Enabled" as const };
  await once.s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  await order({ kind: "twice", api: "PutObject" });
  await once.s3.send(new PutObjectCommand({ Bucket, Key: "twice", Body: "x" }));
  const { Versions } = await once.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: "twice" }));
  expect(Versions).toHaveLength(2);
});

test("timeout never responds and does nothing", async () => {
  await order({ kind: "timeout", api: "PutObject", delayMs: 300 });
  const put = once.s3.send(new PutObjectCommand({ Bucket, Key: "never", Body: "x" }), {
    abortSignal: AbortSignal.timeout(100),
  });
  await expect(put).rejects.toMatchObject({ name: "AbortError" });
  expect((await list()).Contents?.map(({ Key }) => Key)).not.toContain("never");
});

test("a probability strikes the same calls with the same seed", async () => {
  const run = async (seed: number): Promise<string> => {
    await order({ kind: "error500", api: "ListObjects", probability: 0.5, seed });
    let struck = "";
    for (let call = 0; call < 24; call++) {
      struck += await list().then(
        () => "-",
        () => "x",
      );
    }
    return struck;
  };
  const first = await run(7);
  expect(await run(7)).toBe(first);
  expect(await run(8)).not.toBe(first);
});

test("the call log shows the fault and the caller", async () => {
  await order({ kind: "throttle", service: "kms", api: "CreateKey" });
  await expect(once.kms.send(new CreateKeyCommand({}))).rejects.toThrow();
  const last = (await aws.calls()).at(-1);
  expect(last).toMatchObject({
    service: "kms",
    api: "CreateKey",
    status: 400,
    errorCode: "ThrottlingException",
    principal: "arn:aws:iam::111122223333:root",
    account: "111122223333",
    function: null,
    faulted: "throttle",
  });
});

test("the call log has every call once, with bucket, key and error", async () => {
  const before = (await aws.calls()).length;
  await once.s3.send(new PutObjectCommand({ Bucket, Key: "a b/ü", Body: "x" }));
  await expect(once.kms.send(new DescribeKeyCommand({ KeyId: "alias/none" }))).rejects.toThrow();
  const lines = (await aws.calls()).slice(before);
  expect(lines).toMatchObject([
    { api: "PutObject", bucket: Bucket, key: "a b/ü", status: 200, errorCode: null, region: "us-east-1" },
    { api: "DescribeKey", bucket: null, key: null, status: 400, errorCode: "NotFoundException" },
  ]);
});

test("an unknown fault is refused", async () => {
  expect(await order({ kind: "mischief" })).toBe(400);
  expect(await order({ kind: "throttle", probabillity: 1 })).toBe(400);
});
