import {
  GetBucketLoggingCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketAclCommand,
  PutBucketEncryptionCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { control, onAws, refused } from "./s3-setting.ts";

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html

const aws = conformance();

const policyOf = async (Bucket: string, ...Statement: object[]) => {
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
};
const encryptWith = async (Bucket: string, KMSMasterKeyID: string) => {
  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID } }];
  await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
};
const writer = (Service: string, target: string, Condition?: object) => ({
  Effect: "Allow",
  Principal: { Service },
  Action: "s3:PutObject",
  Resource: `arn:aws:s3:::${target}/*`,
  ...(Condition === undefined ? {} : { Condition }),
});
/** A bucket that logs to `target`. */
const logging = async (TargetBucket: string) => {
  const Bucket = await aws.bucket();
  const BucketLoggingStatus = { LoggingEnabled: { TargetBucket, TargetPrefix: "logs/" } };
  await aws.s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus }));
  return Bucket;
};
const write = async (Bucket: string) => await aws.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
const logs = async (Bucket: string) =>
  (await aws.s3.send(new ListObjectsV2Command({ Bucket, Prefix: "logs/" }))).Contents ?? [];

describe("GetBucketLogging", () => {
  test("is empty until a target is set, and again once it is taken away", async () => {
    const Bucket = await aws.bucket();
    const status = async () => (await aws.s3.send(new GetBucketLoggingCommand({ Bucket }))).LoggingEnabled;
    expect(await status()).toBeUndefined();
    const LoggingEnabled = { TargetBucket: await aws.bucket(), TargetPrefix: "" };
    await aws.s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }));
    expect(await status()).toMatchObject({ TargetBucket: LoggingEnabled.TargetBucket });
    await aws.s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} }));
    expect(await status()).toBeUndefined();
  });

  test("a target that does not exist is refused", async () => {
    const TargetBucket = `${aws.prefix}-nowhere`;
    const BucketLoggingStatus = { LoggingEnabled: { TargetBucket, TargetPrefix: "" } };
    const call = aws.s3.send(new PutBucketLoggingCommand({ Bucket: await aws.bucket(), BucketLoggingStatus }));
    expect((await refused(call)).slice(0, 2)).toEqual([400, "InvalidTargetBucketForLogging"]);
  });
});

// On AWS lines come within hours.
describe.skipIf(onAws)("an access log", () => {
  test("is delivered to a bucket whose policy lets logging.s3.amazonaws.com write for the source", async () => {
    const target = await aws.bucket();
    const source = await logging(target);
    const Condition = {
      ArnLike: { "aws:SourceArn": `arn:aws:s3:::${source}` },
      StringEquals: { "aws:SourceAccount": aws.account },
    };
    await policyOf(target, writer("logging.s3.amazonaws.com", target, Condition));
    await write(source);
    const [found] = await eventually("the log", async () => {
      const delivered = await logs(target);
      return delivered.length > 0 ? delivered : undefined;
    });
    expect(found?.Key).toMatch(/^logs\/\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9A-F]{16}$/);
    const { Body } = await aws.s3.send(new GetObjectCommand({ Bucket: target, Key: found?.Key }));
    expect(await Body?.transformToString()).toContain(`REST.PUT.OBJECT a "PUT /${source}/a`);
  });

  test("is delivered to a bucket whose ACL lets the log delivery group write", async () => {
    const Bucket = await aws.bucket();
    const OwnershipControls = { Rules: [{ ObjectOwnership: "BucketOwnerPreferred" as const }] };
    await aws.s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
    const group = 'uri="http://acs.amazonaws.com/groups/s3/LogDelivery"';
    await aws.s3.send(new PutBucketAclCommand({ Bucket, GrantWrite: group, GrantReadACP: group }));
    await write(await logging(Bucket));
    await eventually("the log", async () => ((await logs(Bucket)).length > 0 ? true : undefined));
  });

  test("is not delivered to a bucket under KMS, to one that denies it, nor without a grant; and nobody is told", async () => {
    const [good, kms, denying, silent] = [
      await aws.bucket(),
      await aws.bucket(),
      await aws.bucket(),
      await aws.bucket(),
    ];
    const service = "logging.s3.amazonaws.com";
    for (const target of [good, kms]) await policyOf(target, writer(service, target));
    const headerless = writer(service, denying, { Null: { "s3:x-amz-server-side-encryption": "true" } });
    await policyOf(denying, writer(service, denying), { ...headerless, Effect: "Deny", Principal: "*" });
    await encryptWith(kms, await aws.key());
    for (const target of [kms, denying, silent, good]) await write(await logging(target));
    await eventually("the log", async () => ((await logs(good)).length > 0 ? true : undefined));
    for (const target of [kms, denying, silent]) expect(await logs(target)).toEqual([]);
  });
});

// https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-s3-cmk-policy.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
describe.skipIf(onAws)("the log of another service", () => {
  const deliver = async (bucket: string, service: string) =>
    await control(aws, `deliver?bucket=${bucket}&key=logs/a&service=${service}&source=arn:aws:logs:x`);

  test("is written under a key whose policy lets the service generate data keys, and under no other", async () => {
    const [service, Bucket] = ["delivery.logs.amazonaws.com", await aws.bucket()];
    await policyOf(Bucket, writer(service, Bucket));
    await deliver(Bucket, service);
    await encryptWith(Bucket, await aws.key());
    await expect(deliver(Bucket, service)).rejects.toThrow("403");
    const own = { Effect: "Allow", Principal: { AWS: aws.account }, Action: "kms:*", Resource: "*" };
    const its = { Effect: "Allow", Principal: { Service: service }, Action: "kms:GenerateDataKey*", Resource: "*" };
    await encryptWith(Bucket, await aws.key({ Version: "2012-10-17", Statement: [own, its] }));
    await deliver(Bucket, service);
  });

  test("of an Application Load Balancer is never written under KMS", async () => {
    const [service, Bucket] = ["logdelivery.elasticloadbalancing.amazonaws.com", await aws.bucket()];
    await policyOf(Bucket, writer(service, Bucket));
    await deliver(Bucket, service);
    const all = { Effect: "Allow", Principal: "*", Action: "kms:*", Resource: "*" };
    await encryptWith(Bucket, await aws.key({ Version: "2012-10-17", Statement: [all] }));
    await expect(deliver(Bucket, service)).rejects.toThrow("403");
  });
});
