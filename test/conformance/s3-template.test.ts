import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { GetBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-s3-bucket-bucketencryption.html

const aws = conformance();

test("a template's BucketEncryption is the bucket's rule", async () => {
  const { endpoint, credentials, region } = aws.s3.config;
  const where = await endpoint?.();
  const url = where && `${where.protocol}//${where.hostname}:${where.port}`;
  const client = new CloudFormationClient({ region, credentials, ...(url === undefined ? {} : { endpoint: url }) });
  const StackName = `${aws.prefix}-stack`;
  const Bucket = `${aws.prefix}-template`;
  const rule = {
    ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "alias/of-a-template" },
    BucketKeyEnabled: true,
  };
  const Properties = { BucketName: Bucket, BucketEncryption: { ServerSideEncryptionConfiguration: [rule] } };
  const TemplateBody = JSON.stringify({ Resources: { Bucket: { Type: "AWS::S3::Bucket", Properties } } });
  aws.later(() => client.send(new DeleteStackCommand({ StackName })));
  await client.send(new CreateStackCommand({ StackName, TemplateBody }));
  await eventually(
    "the stack",
    async () => {
      const { Stacks } = await client.send(new DescribeStacksCommand({ StackName }));
      return Stacks?.[0]?.StackStatus === "CREATE_COMPLETE" ? true : undefined;
    },
    120_000,
  );
  const read = await aws.s3.send(new GetBucketEncryptionCommand({ Bucket }));
  expect(read.ServerSideEncryptionConfiguration?.Rules).toEqual([
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: "alias/of-a-template" },
      BucketKeyEnabled: true,
      BlockedEncryptionTypes: { EncryptionType: ["SSE-C"] },
    },
  ]);
}, 150_000);
