import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { PutBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { clients } from "../support/local-aws/clients.ts";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { rootOf } from "../support/local-aws/local-aws.ts";
import { zip } from "../support/local-aws/zip.ts";
import { onAws } from "./s3-setting.ts";

// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html

const aws = conformance();
const OTHER = "313131313131";

// On AWS this takes a second account.
describe.skipIf(onAws)("code in a bucket of another account", () => {
  test("is taken where the bucket's policy lets the function's account read it, and only there", async () => {
    const Bucket = await aws.bucket("code");
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: "code.zip", Body: zip("index.mjs", HELLO) }));
    const refused = await deployed(Bucket, "code.zip", "refused");
    expect(refused).toContain("S3 Error Code: AccessDenied");
    const Resource = `arn:aws:s3:::${Bucket}/*`;
    const allow = { Effect: "Allow", Principal: { AWS: OTHER }, Action: "s3:GetObject", Resource };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
    await aws.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    expect(await deployed(Bucket, "code.zip", "taken")).toBe("CREATE_COMPLETE");
    const { Payload } = await lambda().send(new InvokeCommand({ FunctionName: "taken" }));
    expect(Buffer.from(Payload ?? []).toString()).toBe('"hello"');
    expect(await deployed(Bucket, "missing.zip", "missing")).toContain("S3 Error Code: NoSuchKey");
  });

  test("is refused to a call as well", async () => {
    const Bucket = await aws.bucket("closed");
    await aws.s3.send(new PutObjectCommand({ Bucket, Key: "code.zip", Body: zip("index.mjs", HELLO) }));
    const { iam } = clients({ endpoint: aws.endpoint, credentials: rootOf(OTHER) });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: "called", AssumeRolePolicyDocument: TRUST }));
    const named = { FunctionName: "called", Role: Role?.Arn, Runtime: "nodejs24.x", Handler: "index.handler" } as const;
    const create = new CreateFunctionCommand({ ...named, Code: { S3Bucket: Bucket, S3Key: "code.zip" } });
    await expect(lambda().send(create)).rejects.toMatchObject({
      name: "InvalidParameterValueException",
      message: expect.stringContaining("S3 Error Code: AccessDenied"),
    });
  });
});

// --- internal ---

const HELLO = 'export const handler = async () => "hello";';
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

const where = () => ({ endpoint: aws.endpoint ?? "", region: aws.region, credentials: rootOf(OTHER) });
const lambda = () => new LambdaClient(where());

/** How a stack with one function ended in the other account, and why. */
async function deployed(S3Bucket: string, S3Key: string, FunctionName: string): Promise<string> {
  const cloudformation = new CloudFormationClient(where());
  const Role = {
    Type: "AWS::IAM::Role",
    Properties: { AssumeRolePolicyDocument: JSON.parse(TRUST) },
  };
  const Properties = {
    FunctionName,
    Runtime: "nodejs24.x",
    Handler: "index.handler",
    Role: { "Fn::GetAtt": ["Role", "Arn"] },
    Code: { S3Bucket, S3Key },
  };
  const TemplateBody = JSON.stringify({ Resources: { Role, Function: { Type: "AWS::Lambda::Function", Properties } } });
  const StackName = FunctionName;
  await cloudformation.send(new CreateStackCommand({ StackName, TemplateBody, Capabilities: ["CAPABILITY_IAM"] }));
  const ended = await eventually("the stack", async () => {
    const { Stacks } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
    const { StackStatus = "" } = Stacks?.[0] ?? {};
    return StackStatus.endsWith("_IN_PROGRESS") ? undefined : StackStatus;
  });
  if (ended === "CREATE_COMPLETE") return ended;
  const { StackEvents = [] } = await cloudformation.send(new DescribeStackEventsCommand({ StackName }));
  return StackEvents.map(({ ResourceStatusReason = "" }) => ResourceStatusReason).join();
}
