import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteBucketEncryptionCommand,
  PutBucketEncryptionCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { CreateAccessPointCommand, DeleteAccessPointCommand, TagResourceCommand } from "@aws-sdk/client-s3-control";
import { beforeAll, describe, expect, test } from "vitest";
import { type BusEvent, type EventQueue, eventQueue } from "../support/batch/event-queue.ts";
import { conformance } from "../support/local-aws/conformance.ts";

const aws = conformance();
// On AWS this needs a trail with management and data events of S3: BUCKETSEAL_TEST_TRAIL=1 says
// that there is one.
const trail = process.env.BUCKETSEAL_TEST_AWS !== "1" || process.env.BUCKETSEAL_TEST_TRAIL === "1";
let queue: EventQueue;
let bucket: string;

beforeAll(async () => {
  if (!trail) return;
  queue = await eventQueue(aws, { source: ["aws.s3"], "detail-type": ["AWS API Call via CloudTrail"] });
  bucket = await aws.bucket();
}, 180_000);

async function event(eventName: string, wanted: (event: BusEvent) => boolean = () => true): Promise<BusEvent> {
  const mine = (found: BusEvent) => JSON.stringify(found.detail.requestParameters).includes(bucket);
  return await queue.find(eventName, (e) => e.detail.eventName === eventName && mine(e) && wanted(e));
}

// Captured on AWS in September 2026; also
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html
describe.runIf(trail)("a call to S3 is an event on the default bus", () => {
  test("CreateBucket has no resources, and null as responseElements", async () => {
    const found = await event("CreateBucket");
    expect(found).toMatchObject({ source: "aws.s3", account: aws.account, region: aws.region, resources: [] });
    expect(found.detail).toMatchObject({
      eventVersion: "1.11",
      eventSource: "s3.amazonaws.com",
      readOnly: false,
      managementEvent: true,
      eventCategory: "Management",
      responseElements: null,
      requestParameters: { bucketName: bucket },
      additionalEventData: { httpStatusCode: 200 },
    });
    expect(found.detail).not.toHaveProperty("resources");
    expect(found.detail).not.toHaveProperty("errorCode");
    expect(found.time).toBe(found.detail.eventTime);
  });

  test("PutBucketEncryption has the marker, and the body as JSON with one rule as an object and typed booleans", async () => {
    const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" as const }, BucketKeyEnabled: true }];
    const ServerSideEncryptionConfiguration = { Rules };
    await aws.s3.send(new PutBucketEncryptionCommand({ Bucket: bucket, ServerSideEncryptionConfiguration }));
    const { detail } = await event("PutBucketEncryption");
    expect(detail.requestParameters).toEqual({
      bucketName: bucket,
      Host: expect.stringContaining(bucket),
      encryption: "",
      ServerSideEncryptionConfiguration: {
        xmlns: "http://s3.amazonaws.com/doc/2006-03-01/",
        Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled: true },
      },
    });
    expect(detail.responseElements).toBeNull();
    expect(detail.resources).toEqual([
      { accountId: aws.account, type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::${bucket}` },
    ]);
  });

  test("PutBucketTagging has two tags as an array, and a value that looks like a boolean as one", async () => {
    const TagSet = [
      { Key: "confidential", Value: "true" },
      { Key: "owner", Value: "alice" },
    ];
    await aws.s3.send(new PutBucketTaggingCommand({ Bucket: bucket, Tagging: { TagSet } }));
    const { detail } = await event("PutBucketTagging");
    expect(detail.requestParameters).toMatchObject({
      tagging: "",
      Tagging: {
        TagSet: {
          Tag: [
            { Key: "confidential", Value: true },
            { Key: "owner", Value: "alice" },
          ],
        },
      },
    });
  });

  test("TagResource of S3 Control comes from s3.amazonaws.com too", async () => {
    const ResourceArn = `arn:aws:s3:::${bucket}`;
    const Tags = [
      { Key: "a", Value: "1st" },
      { Key: "b", Value: "2nd" },
    ];
    await aws.s3control.send(new TagResourceCommand({ AccountId: aws.account, ResourceArn, Tags }));
    const { detail } = await event("TagResource");
    expect(detail).toMatchObject({ eventSource: "s3.amazonaws.com", managementEvent: true, responseElements: null });
    expect(detail.requestParameters).toMatchObject({
      bucketName: bucket,
      resource: ResourceArn,
      TagResourceRequest: { Tags: { Tag: Tags }, xmlns: "http://awss3control.amazonaws.com/doc/2018-08-20/" },
    });
  });

  test("PutObject is a data event with the bucket before the object, SSEApplied, and the SSE header of the response", async () => {
    await aws.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "a/b c", Body: "hello" }));
    const { detail } = await event("PutObject");
    expect(detail).toMatchObject({
      managementEvent: false,
      eventCategory: "Data",
      requestParameters: { bucketName: bucket, key: "a/b c" },
      responseElements: { "x-amz-server-side-encryption": "AES256" },
      additionalEventData: { SSEApplied: "Default_SSE_S3", objectSize: 5, httpStatusCode: 200 },
      resources: [
        { accountId: aws.account, type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::${bucket}` },
        { type: "AWS::S3::Object", ARN: `arn:aws:s3:::${bucket}/a/b c` },
      ],
    });
  });

  test("CopyObject names the source and an explicit SSE_S3", async () => {
    const CopySource = `${bucket}/a/b%20c`;
    const copy = { Bucket: bucket, Key: "copy", CopySource, ServerSideEncryption: "AES256" as const };
    await aws.s3.send(new CopyObjectCommand(copy));
    const { detail } = await event("CopyObject");
    expect(detail).toMatchObject({
      requestParameters: { key: "copy", "x-amz-copy-source": CopySource, "x-amz-server-side-encryption": "AES256" },
      additionalEventData: { SSEApplied: "SSE_S3" },
    });
    expect(detail.resources).toHaveLength(3);
  });

  test("CreateMultipartUpload carries SSEApplied and no size", async () => {
    await aws.s3.send(new CreateMultipartUploadCommand({ Bucket: bucket, Key: "large" }));
    const { detail } = await event("CreateMultipartUpload");
    expect(detail).toMatchObject({ requestParameters: { uploads: "", key: "large" } });
    expect(detail.additionalEventData).toMatchObject({ SSEApplied: "Default_SSE_S3" });
    expect(detail.additionalEventData).not.toHaveProperty("objectSize");
  });

  test("a refused call has errorCode, and of an IAM user no sessionContext", async () => {
    const user = await aws.otherUser([{ Effect: "Allow", Action: "s3:ListBucket", Resource: "*" }]);
    const refused = user.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
    await expect(refused).rejects.toMatchObject({ name: "AccessDenied" });
    const { detail } = await event("DeleteBucketEncryption");
    expect(detail).toMatchObject({
      errorCode: "AccessDenied",
      errorMessage: expect.stringContaining("is not authorized to perform: s3:PutEncryptionConfiguration"),
      responseElements: null,
      additionalEventData: { httpStatusCode: 403 },
      userIdentity: { type: "IAMUser", arn: user.arn, userName: user.name, accountId: aws.account },
    });
    expect(detail.userIdentity).not.toHaveProperty("sessionContext");
  });

  // https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
  test("parameters above 100 KB are left out, and resources still name bucket and object", async () => {
    const Parts = Array.from({ length: 2500 }, (_, index) => ({ PartNumber: index + 1, ETag: "0".repeat(32) }));
    const upload = { Bucket: bucket, Key: "long" };
    const { UploadId } = await aws.s3.send(new CreateMultipartUploadCommand(upload));
    const complete = new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } });
    await expect(aws.s3.send(complete)).rejects.toMatchObject({ name: "InvalidPart" });
    const { detail } = await queue.find(
      "CompleteMultipartUpload",
      (e) => e.detail.eventName === "CompleteMultipartUpload" && JSON.stringify(e.detail.resources).includes("/long"),
    );
    expect(detail.requestParameters).toMatchObject({ reason: "requestParameters too large" });
    expect(detail.requestParameters).not.toHaveProperty("bucketName");
    expect(detail.resources).toEqual([
      { accountId: aws.account, type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::${bucket}` },
      { type: "AWS::S3::Object", ARN: `arn:aws:s3:::${bucket}/long` },
    ]);
  });

  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-monitoring-logging.html
  test("a call through an access point names the bucket, the object and the access point as resources", async () => {
    const Name = aws.prefix.slice(-40);
    const point = { AccountId: aws.account, Name };
    const created = await aws.s3control.send(new CreateAccessPointCommand({ ...point, Bucket: bucket }));
    aws.later(async () => await aws.s3control.send(new DeleteAccessPointCommand(point)));
    await aws.s3.send(new PutObjectCommand({ Bucket: created.Alias, Key: "through", Body: "x" }));
    const { detail } = await queue.find(
      "PutObject",
      (e) => e.detail.eventName === "PutObject" && JSON.stringify(e.detail.resources).includes("/through"),
    );
    expect(detail.requestParameters).toMatchObject({ key: "through" });
    if (!aws.real) expect(detail.requestParameters).toMatchObject({ bucketName: created.Alias });
    expect(detail.resources).toEqual(
      expect.arrayContaining([
        { accountId: aws.account, type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::${bucket}` },
        { type: "AWS::S3::Object", ARN: `arn:aws:s3:::${bucket}/through` },
        { accountId: aws.account, type: "AWS::S3::AccessPoint", ARN: created.AccessPointArn },
      ]),
    );
    expect(detail.additionalEventData).toMatchObject({ SSEApplied: expect.stringMatching(/^Default_/) });
  });
});
