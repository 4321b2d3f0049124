import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
} from "@aws-sdk/client-cloudformation";
import { expect, test } from "vitest";
import { eventQueue } from "../support/batch/event-queue.ts";
import { conformance } from "../support/local-aws/conformance.ts";

const aws = conformance();
// On AWS this needs a trail with management events: BUCKETSEAL_TEST_TRAIL=1 says that there is one.
const trail = process.env.BUCKETSEAL_TEST_AWS !== "1" || process.env.BUCKETSEAL_TEST_TRAIL === "1";

// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html (invokedBy)
test.runIf(trail)(
  "a bucket made and deleted by a stack is an event, invoked by CloudFormation",
  async () => {
    const queue = await eventQueue(aws, {
      source: ["aws.s3"],
      detail: { eventName: [{ suffix: "Bucket" }, { suffix: "Encryption" }] },
    });
    const config = aws.real ? {} : { endpoint: aws.endpoint ?? "", credentials: aws.s3.config.credentials };
    const client = new CloudFormationClient({ region: aws.region, ...config });
    const StackName = aws.prefix;
    const BucketName = `${aws.prefix}-stack`;
    const BucketEncryption = {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } }],
    };
    const Bucket = { Type: "AWS::S3::Bucket", Properties: { BucketName, BucketEncryption } };
    await client.send(new CreateStackCommand({ StackName, TemplateBody: JSON.stringify({ Resources: { Bucket } }) }));
    await waitUntilStackCreateComplete({ client, maxWaitTime: 120, minDelay: 1, maxDelay: 2 }, { StackName });
    const event = async (name: string) =>
      await queue.find(name, ({ detail }) => {
        const { bucketName } = (detail.requestParameters ?? {}) as { bucketName?: string };
        return detail.eventName === name && bucketName === BucketName;
      });
    expect((await event("CreateBucket")).detail).toMatchObject({
      userIdentity: { accountId: aws.account, invokedBy: "cloudformation.amazonaws.com" },
      sourceIPAddress: "cloudformation.amazonaws.com",
      userAgent: "cloudformation.amazonaws.com",
    });
    expect((await event("PutBucketEncryption")).detail.requestParameters).toMatchObject({
      ServerSideEncryptionConfiguration: { Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } } },
    });
    await client.send(new DeleteStackCommand({ StackName }));
    await waitUntilStackDeleteComplete({ client, maxWaitTime: 120, minDelay: 1, maxDelay: 2 }, { StackName });
    expect((await event("DeleteBucket")).detail).toMatchObject({ userIdentity: { accountId: aws.account } });
  },
  400_000,
);
