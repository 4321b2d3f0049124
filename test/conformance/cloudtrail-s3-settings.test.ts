import {
  DeleteBucketPolicyCommand,
  DeleteBucketReplicationCommand,
  DeleteBucketWebsiteCommand,
  DeletePublicAccessBlockCommand,
  PutBucketAclCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
  PutBucketWebsiteCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, test } from "vitest";
import { type EventQueue, eventQueue } from "../support/batch/event-queue.ts";
import { conformance } from "../support/local-aws/conformance.ts";
import { role } from "../support/local-aws/role.ts";

const aws = conformance();
const trail = process.env.BUCKETSEAL_TEST_AWS !== "1" || process.env.BUCKETSEAL_TEST_TRAIL === "1";
const xmlns = "http://s3.amazonaws.com/doc/2006-03-01/";
let queue: EventQueue;
let Bucket: string;

beforeAll(async () => {
  if (!trail) return;
  queue = await eventQueue(aws, { source: ["aws.s3"], "detail-type": ["AWS API Call via CloudTrail"] });
  Bucket = await aws.bucket();
}, 180_000);

/** The parameters of the event about the bucket, without its name and host. */
async function parameters(eventName: string): Promise<object> {
  const mine = (found: { bucketName?: unknown }) => found.bucketName === Bucket;
  const { detail } = await queue.find(
    eventName,
    (found) => found.detail.eventName === eventName && mine(found.detail.requestParameters as object),
  );
  expect(detail).toMatchObject({ readOnly: false, managementEvent: true, responseElements: null });
  expect(detail.resources).toEqual([
    { accountId: aws.account, type: "AWS::S3::Bucket", ARN: `arn:aws:s3:::${Bucket}` },
  ]);
  expect(detail).not.toHaveProperty("errorCode");
  const { bucketName, Host, ...rest } = detail.requestParameters as Record<string, unknown>;
  expect([bucketName, Host]).toEqual([Bucket, expect.stringContaining(Bucket)]);
  return rest;
}

// PutBucketLogging, PutBucketReplication and PutBucketPolicy as in published records
// (elastic/integrations, invictus-ir); access block, ownership and website as captured on AWS in
// September 2026.
describe.runIf(trail)("a change of a bucket's settings is an event:", () => {
  test("PutBucketPolicy has the policy as an object, DeleteBucketPolicy only the marker", async () => {
    const statement = { Effect: "Allow", Principal: { AWS: aws.account }, Action: "s3:GetObject" };
    const policy = { Version: "2012-10-17", Statement: [{ ...statement, Resource: `arn:aws:s3:::${Bucket}/*` }] };
    await aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) }));
    expect(await parameters("PutBucketPolicy")).toEqual({ policy: "", bucketPolicy: policy });
    await aws.s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    expect(await parameters("DeleteBucketPolicy")).toEqual({ policy: "" });
  });

  test("PutBucketLogging names the target", async () => {
    const TargetBucket = await aws.bucket();
    const LoggingEnabled = { TargetBucket, TargetPrefix: "logs/" };
    await aws.s3.send(new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: { LoggingEnabled } }));
    expect(await parameters("PutBucketLogging")).toEqual({
      logging: "",
      BucketLoggingStatus: { xmlns, LoggingEnabled },
    });
  });

  test("PutBucketReplication has one rule as an object, and DeleteBucketReplication only the marker", async () => {
    const target = await aws.bucket();
    const VersioningConfiguration = { Status: "Enabled" as const };
    for (const bucket of [Bucket, target])
      await aws.s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    const Role = await role(aws, [], "s3.amazonaws.com");
    const rule = { Status: "Enabled" as const, Prefix: "", Destination: { Bucket: `arn:aws:s3:::${target}` } };
    const ReplicationConfiguration = { Role, Rules: [rule] };
    await aws.s3.send(new PutBucketReplicationCommand({ Bucket, ReplicationConfiguration }));
    expect(await parameters("PutBucketReplication")).toEqual({
      replication: "",
      ReplicationConfiguration: { xmlns, Role, Rule: rule },
    });
    await aws.s3.send(new DeleteBucketReplicationCommand({ Bucket }));
    expect(await parameters("DeleteBucketReplication")).toEqual({ replication: "" });
  });

  test("PutBucketWebsite has its document, and DeleteBucketWebsite only the marker", async () => {
    const WebsiteConfiguration = { IndexDocument: { Suffix: "index.html" } };
    await aws.s3.send(new PutBucketWebsiteCommand({ Bucket, WebsiteConfiguration }));
    expect(await parameters("PutBucketWebsite")).toEqual({
      website: "",
      WebsiteConfiguration: { xmlns, ...WebsiteConfiguration },
    });
    await aws.s3.send(new DeleteBucketWebsiteCommand({ Bucket }));
    expect(await parameters("DeleteBucketWebsite")).toEqual({ website: "" });
  });

  test("the calls on a public access block are named after the bucket", async () => {
    const PublicAccessBlockConfiguration = { BlockPublicAcls: false, IgnorePublicAcls: true };
    await aws.s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    expect(await parameters("PutBucketPublicAccessBlock")).toEqual({
      publicAccessBlock: "",
      PublicAccessBlockConfiguration: { xmlns, ...PublicAccessBlockConfiguration },
    });
    await aws.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
    expect(await parameters("DeleteBucketPublicAccessBlock")).toEqual({ publicAccessBlock: "" });
  });

  test("PutBucketOwnershipControls has its rule, and PutBucketAcl the canned ACL as a header", async () => {
    const OwnershipControls = { Rules: [{ ObjectOwnership: "ObjectWriter" as const }] };
    await aws.s3.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
    expect(await parameters("PutBucketOwnershipControls")).toEqual({
      ownershipControls: "",
      OwnershipControls: { xmlns, Rule: { ObjectOwnership: "ObjectWriter" } },
    });
    await aws.s3.send(new PutBucketAclCommand({ Bucket, ACL: "private" }));
    expect(await parameters("PutBucketAcl")).toEqual({ acl: "", "x-amz-acl": "private" });
  });
});
