import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateFunctionCommand, InvokeCommand, waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { bundled } from "../support/local-aws/bundled.ts";
import { localAws } from "../support/local-aws/local-aws.ts";

const aws = localAws();
const FunctionName = "caller";
const account = "111122223333";

const code = `
  import { ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
  const s3 = new S3Client({});
  export const handler = async (Bucket) => {
    await s3.send(new PutObjectCommand({ Bucket, Key: "k", Body: "x" }));
    return await s3.send(new ListObjectsV2Command({ Bucket })).then(() => "listed", (error) => error.name);
  };`;

beforeAll(async () => {
  const { iam, lambda, s3 } = aws.root(account);
  await s3.send(new CreateBucketCommand({ Bucket: "called" }));
  const trust = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: "caller-role", AssumeRolePolicyDocument }));
  const allow = { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::called/*" };
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
  await iam.send(new PutRolePolicyCommand({ RoleName: "caller-role", PolicyName: "p", PolicyDocument }));
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName,
      Role: Role?.Arn,
      Runtime: "nodejs24.x",
      Handler: "index.handler",
      Code: { ZipFile: await bundled(code) },
      Timeout: 30,
    }),
  );
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 30 }, { FunctionName });
}, 180_000);

test("a function calls AWS as its role, with the role's permissions, and the call log names it", async () => {
  const Payload = JSON.stringify("called");
  const answer = await aws.root(account).lambda.send(new InvokeCommand({ FunctionName, Payload }));
  expect(JSON.parse(answer.Payload?.transformToString() ?? "{}")).toBe("AccessDenied");
  const calls = (await aws.calls()).filter(({ function: name }) => name === FunctionName);
  const principal = `arn:aws:sts::${account}:assumed-role/caller-role/${FunctionName}`;
  expect(calls).toMatchObject([
    { api: "PutObject", principal, bucket: "called", status: 200 },
    { api: "ListObjects", principal, status: 403, errorCode: "AccessDenied" },
  ]);
});
