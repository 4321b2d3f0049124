import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { GetTopicAttributesCommand, PublishCommand } from "@aws-sdk/client-sns";
import { expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sns-topic.html
// https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html

const aws = conformance();

test("a topic in a template has the template's key, without which nobody can publish", async () => {
  const { endpoint, credentials, region } = aws.s3.config;
  const where = await endpoint?.();
  const url = where && `${where.protocol}//${where.hostname}:${where.port}`;
  const client = new CloudFormationClient({ region, credentials, ...(url === undefined ? {} : { endpoint: url }) });
  const StackName = `${aws.prefix}-topic`;
  const key = await aws.key();
  const Properties = { TopicName: StackName, KmsMasterKeyId: key };
  const TemplateBody = JSON.stringify({ Resources: { Topic: { Type: "AWS::SNS::Topic", Properties } } });
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
  const TopicArn = `arn:aws:sns:${aws.region}:${aws.account}:${StackName}`;
  const { Attributes } = await aws.sns.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(Attributes?.KmsMasterKeyId).toBe(key);

  const publish = new PublishCommand({ TopicArn, Message: "m" });
  const sns = { Effect: "Allow", Action: "sns:Publish", Resource: "*" };
  const without = await aws.otherUser([sns]);
  await expect(without.sns.send(publish)).rejects.toMatchObject({ name: "KMSAccessDeniedException" });
  const kms = { Effect: "Allow", Action: ["kms:GenerateDataKey", "kms:Decrypt"], Resource: key };
  const withKey = await aws.otherUser([sns, kms]);
  expect((await withKey.sns.send(publish)).MessageId).toBeTypeOf("string");
}, 150_000);
