import {
  CreateAliasCommand,
  DisableKeyCommand,
  ScheduleKeyDeletionCommand,
  UpdateAliasCommand,
} from "@aws-sdk/client-kms";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  UpdateObjectEncryptionCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { type BusEvent, type EventQueue, eventQueue } from "../support/batch/event-queue.ts";
import { conformance } from "../support/local-aws/conformance.ts";
import { role, session } from "../support/local-aws/role.ts";

const aws = conformance();
// On AWS this needs a trail with management and data events of S3: BUCKETSEAL_TEST_TRAIL=1 says
// that there is one.
const trail = process.env.BUCKETSEAL_TEST_AWS !== "1" || process.env.BUCKETSEAL_TEST_TRAIL === "1";
let queue: EventQueue;

beforeAll(async () => {
  const pattern = { source: ["aws.s3", "aws.kms"], "detail-type": ["AWS API Call via CloudTrail"] };
  if (trail) queue = await eventQueue(aws, pattern);
});

async function event(eventName: string, about: string): Promise<BusEvent> {
  return await queue.find(eventName, ({ detail }) => {
    return detail.eventName === eventName && JSON.stringify(detail.requestParameters).includes(about);
  });
}

// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html, and as
// captured on AWS in September 2026
describe.runIf(trail)("an event's userIdentity names", () => {
  test("a role's session by its ARN, and the role in sessionContext", async () => {
    const arn = await role(aws, [{ Effect: "Allow", Action: "s3:PutEncryptionConfiguration", Resource: "*" }]);
    const { s3 } = await session(aws, arn);
    const Bucket = await aws.bucket("by-role");
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const } }];
    await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
    const { detail } = await event("PutBucketEncryption", Bucket);
    const name = arn.split("/").at(-1);
    expect(detail.userIdentity).toMatchObject({
      type: "AssumedRole",
      arn: `arn:aws:sts::${aws.account}:assumed-role/${name}/conformance`,
      principalId: expect.stringMatching(/^AROA[0-9A-Z]+:conformance$/),
      accountId: aws.account,
      sessionContext: {
        sessionIssuer: { type: "Role", arn, accountId: aws.account, userName: name },
        attributes: { mfaAuthenticated: "false" },
      },
    });
    expect(detail.userIdentity).not.toHaveProperty("userName");
  });
});

// Captured on AWS in September 2026
describe.runIf(trail)("a multipart upload's completion", () => {
  test("has its one part as an object, the size of the whole object, and no SSEApplied", async () => {
    const Bucket = await aws.bucket("multipart");
    const { UploadId } = await aws.s3.send(new CreateMultipartUploadCommand({ Bucket, Key: "large" }));
    const part = { Bucket, Key: "large", UploadId, PartNumber: 1 };
    const { ETag } = await aws.s3.send(new UploadPartCommand({ ...part, Body: "hello" }));
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await aws.s3.send(new CompleteMultipartUploadCommand({ Bucket, Key: "large", UploadId, MultipartUpload }));
    const { detail } = await event("CompleteMultipartUpload", Bucket);
    expect(detail.requestParameters).toMatchObject({
      key: "large",
      uploadId: UploadId,
      CompleteMultipartUpload: { Part: { PartNumber: 1, ETag } },
    });
    expect(detail.additionalEventData).toMatchObject({ objectSize: 5 });
    expect(detail.additionalEventData).not.toHaveProperty("SSEApplied");
    const uploaded = await event("UploadPart", Bucket);
    expect(uploaded.detail.requestParameters).toMatchObject({ partNumber: "1", uploadId: UploadId });
  });
});

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/update-sse-encryption.html: a data event. Its fields were never
// captured; these follow its siblings.
describe.runIf(trail)("UpdateObjectEncryption", () => {
  test("is a data event", async () => {
    const Bucket = await aws.bucket("update");
    const key = await aws.key();
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
    const ObjectEncryption = { SSEKMS: { KMSKeyArn: key, BucketKeyEnabled: true } };
    await aws.s3.send(new UpdateObjectEncryptionCommand({ Bucket, Key: "k", ObjectEncryption }));
    const { detail } = await event("UpdateObjectEncryption", Bucket);
    expect(detail).toMatchObject({ eventCategory: "Data", managementEvent: false, readOnly: false });
    expect(detail.requestParameters).toMatchObject({ bucketName: Bucket, key: "k" });
  });
});

// https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html
describe.runIf(trail)("a change of a KMS key", () => {
  test("DisableKey names the key in resources", async () => {
    const KeyId = await aws.key();
    await aws.kms.send(new DisableKeyCommand({ KeyId }));
    const found = await event("DisableKey", KeyId);
    expect(found.source).toBe("aws.kms");
    expect(found.detail).toMatchObject({
      eventSource: "kms.amazonaws.com",
      readOnly: false,
      requestParameters: { keyId: KeyId },
      resources: [{ accountId: aws.account, type: "AWS::KMS::Key", ARN: KeyId }],
    });
  });

  test("ScheduleKeyDeletion says when, in ISO 8601", async () => {
    const KeyId = await aws.key();
    await aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
    const { detail } = await event("ScheduleKeyDeletion", KeyId);
    expect(detail.requestParameters).toMatchObject({ keyId: KeyId, pendingWindowInDays: 7 });
    expect(detail.responseElements).toEqual({
      keyId: KeyId,
      keyState: "PendingDeletion",
      pendingWindowInDays: 7,
      deletionDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  });

  test("UpdateAlias names alias and key", async () => {
    const [first, second] = [await aws.key(), await aws.key()];
    const AliasName = `alias/${aws.prefix}`;
    await aws.kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: first }));
    await aws.kms.send(new UpdateAliasCommand({ AliasName, TargetKeyId: second }));
    const { detail } = await event("UpdateAlias", AliasName);
    expect(detail.requestParameters).toEqual({ aliasName: AliasName, targetKeyId: second });
    const arns = (detail.resources as { ARN: string }[]).map(({ ARN }) => ARN);
    expect(arns).toContain(second);
  });
});
