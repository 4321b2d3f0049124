import {
  CreateEventBusCommand,
  PutEventsCommand,
  PutPermissionCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateAccountCommand,
  DescribeCreateAccountStatusCommand,
  DescribeOrganizationCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { CreateQueueCommand, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, test } from "vitest";
import { type Clients, clients } from "../support/local-aws/clients.ts";
import { eventually } from "../support/local-aws/eventually.ts";
import { localAws, rootOf } from "../support/local-aws/local-aws.ts";

const aws = localAws();
const hub = "111111111111";
const bus = `arn:aws:events:us-east-1:${hub}:event-bus/hub`;
let member: string;
let other: string;
let QueueUrl: string;
let organization: string | undefined;

beforeAll(async () => {
  const organizations = new OrganizationsClient({
    endpoint: aws.endpoint,
    region: "us-east-1",
    credentials: rootOf(hub),
  });
  organization = (await organizations.send(new DescribeOrganizationCommand({}))).Organization?.Id;
  const create = async (AccountName: string): Promise<string> => {
    const Email = `${AccountName}@example.com`;
    const { CreateAccountStatus } = await organizations.send(new CreateAccountCommand({ AccountName, Email }));
    const CreateAccountRequestId = CreateAccountStatus?.Id ?? "";
    return await eventually("the account", async () => {
      const status = await organizations.send(new DescribeCreateAccountStatusCommand({ CreateAccountRequestId }));
      return status.CreateAccountStatus?.AccountId;
    });
  };
  member = await create("member");
  other = await create("other");
  const { events, sqs } = aws.root(hub);
  await events.send(new CreateEventBusCommand({ Name: "hub" }));
  const Policy = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Organization",
        Effect: "Allow",
        Principal: "*",
        Action: "events:PutEvents",
        Resource: bus,
        Condition: { StringEquals: { "aws:PrincipalOrgID": organization } },
      },
    ],
  });
  await events.send(new PutPermissionCommand({ EventBusName: "hub", Policy }));
  const queueArn = `arn:aws:sqs:us-east-1:${hub}:hub`;
  const statement = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sqs:SendMessage" };
  const queuePolicy = JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Resource: queueArn }] });
  const created = await sqs.send(new CreateQueueCommand({ QueueName: "hub", Attributes: { Policy: queuePolicy } }));
  QueueUrl = created.QueueUrl ?? "";
  const EventPattern = JSON.stringify({ source: ["aws.s3"] });
  await events.send(new PutRuleCommand({ Name: "hub", EventBusName: "hub", EventPattern }));
  await events.send(new PutTargetsCommand({ Rule: "hub", EventBusName: "hub", Targets: [{ Id: "1", Arn: queueArn }] }));
}, 180_000);

/**
 * A rule in an account and Region that forwards to the hub with a role that may put events there,
 * or may not.
 */
async function forward(account: string, Action: string, region = "us-east-1"): Promise<void> {
  const { events, iam } = aws.root(account, region);
  const RoleName = `forward-${region}`;
  const trust = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" }, Action: "sts:AssumeRole" };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [trust] });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const Statement = [{ Effect: "Allow", Action, Resource: bus }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument }));
  const EventPattern = JSON.stringify({ source: ["aws.s3"] });
  await events.send(new PutRuleCommand({ Name: "forward", EventPattern }));
  const Targets = [{ Id: "1", Arn: bus, RoleArn: Role?.Arn }];
  await events.send(new PutTargetsCommand({ Rule: "forward", Targets }));
}

async function arrived(bucket: string): Promise<{ account: string; region: string } | undefined> {
  const { Messages = [] } = await aws
    .root(hub)
    .sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, VisibilityTimeout: 0 }),
    );
  const events = Messages.map(({ Body = "{}" }) => JSON.parse(Body));
  return events.find(({ detail }) => detail.requestParameters.bucketName === bucket);
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
describe("an event forwarded to the hub's bus", () => {
  test("arrives from a member of the organization, with the member's account", async () => {
    await forward(member, "events:PutEvents");
    await aws.root(member).s3.send(new CreateBucketCommand({ Bucket: "of-the-member" }));
    const event = await eventually("the event", async () => await arrived("of-the-member"));
    expect(event).toMatchObject({ account: member, region: "us-east-1" });
  });

  test("arrives from another Region with that Region", async () => {
    await forward(member, "events:PutEvents", "eu-west-1");
    const CreateBucketConfiguration = { LocationConstraint: "eu-west-1" as const };
    await aws
      .root(member, "eu-west-1")
      .s3.send(new CreateBucketCommand({ Bucket: "in-europe", CreateBucketConfiguration }));
    expect(await eventually("the event", async () => await arrived("in-europe"))).toMatchObject({
      region: "eu-west-1",
    });
  });

  test("does not arrive from a stranger, nor with a role that may not send it", async () => {
    await forward("999999999999", "events:PutEvents");
    await aws.root("999999999999").s3.send(new CreateBucketCommand({ Bucket: "of-a-stranger" }));
    await forward(other, "events:ListRules");
    await aws.root(other).s3.send(new CreateBucketCommand({ Bucket: "of-the-other" }));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await arrived("of-a-stranger")).toBeUndefined();
    expect(await arrived("of-the-other")).toBeUndefined();
    await forward(other, "events:PutEvents", "us-west-2");
    const CreateBucketConfiguration = { LocationConstraint: "us-west-2" as const };
    const { s3 } = aws.root(other, "us-west-2");
    await s3.send(new CreateBucketCommand({ Bucket: "with-the-right", CreateBucketConfiguration }));
    await eventually("the event", async () => await arrived("with-the-right"));
  });
});

// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid
test("aws:PrincipalOrgID is the organization that the caller's account is a member of", async () => {
  const principal = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
  const Condition = { StringEquals: { "aws:PrincipalOrgID": organization } };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [{ ...principal, Condition }] });
  const RoleName = "for-the-organization";
  const { Role } = await aws.root(hub).iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const assume = new AssumeRoleCommand({ RoleArn: Role?.Arn, RoleSessionName: "test" });
  expect((await (await userOf(member)).sts.send(assume)).Credentials).toBeDefined();
  await expect((await userOf("999999999999")).sts.send(assume)).rejects.toMatchObject({ name: "AccessDenied" });
});

/** A user who may do everything in an account: its root user can assume no role. */
async function userOf(account: string): Promise<Clients> {
  const { iam } = aws.root(account);
  const UserName = "dana";
  await iam.send(new CreateUserCommand({ UserName }));
  const PolicyDocument = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
  });
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "everything", PolicyDocument }));
  const { AccessKey: key } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const credentials = { accessKeyId: key?.AccessKeyId ?? "", secretAccessKey: key?.SecretAccessKey ?? "" };
  return clients({ endpoint: aws.endpoint, credentials });
}

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-permissions-manage.html
describe("an event that is put on another account's bus", () => {
  const put = async (account: string, Source: string) => {
    const Detail = JSON.stringify({ requestParameters: { bucketName: Source }, recipientAccountId: other });
    const entry = { Source, DetailType: "AWS API Call via CloudTrail", Detail, EventBusName: bus };
    return await aws.root(account).events.send(new PutEventsCommand({ Entries: [entry] }));
  };

  test("arrives from a member with the member's account, whatever its detail says", async () => {
    const { events } = aws.root(hub);
    const EventPattern = JSON.stringify({ source: ["custom"] });
    await events.send(new PutRuleCommand({ Name: "custom", EventBusName: "hub", EventPattern }));
    const Targets = [{ Id: "1", Arn: `arn:aws:sqs:us-east-1:${hub}:hub` }];
    await events.send(new PutTargetsCommand({ Rule: "custom", EventBusName: "hub", Targets }));
    expect(await put(member, "custom")).toMatchObject({ FailedEntryCount: 0 });
    const event = await eventually("the event", async () => await arrived("custom"));
    expect(event).toMatchObject({ account: member, region: "us-east-1" });
  });

  test("cannot look like AWS's own, and cannot come from outside the organization", async () => {
    expect((await put(member, "aws.s3")).Entries?.[0]?.ErrorCode).toBe("NotAuthorizedForSourceException");
    await expect(put("444444444444", "custom")).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining(`events:PutEvents on resource: ${bus}`),
    });
  });
});

describe("events that a fault is ordered for", () => {
  const fault = async (...faults: object[]) =>
    void (await fetch(`${aws.endpoint}/_bucketseal/faults`, { method: "PUT", body: JSON.stringify(faults) }));

  test("are lost or doubled", async () => {
    await fault({ kind: "eventLost", bucket: "lost" }, { kind: "eventTwice", bucket: "doubled" });
    for (const Bucket of ["lost", "doubled"]) await aws.root(member).s3.send(new CreateBucketCommand({ Bucket }));
    await eventually("the doubled event", async () => await arrived("doubled"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const { Messages = [] } = await aws
      .root(hub)
      .sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 }));
    const names = Messages.map(({ Body = "{}" }) => JSON.parse(Body).detail.requestParameters.bucketName);
    expect(names.filter((name) => name === "doubled")).toHaveLength(2);
    expect(names).not.toContain("lost");
  });
});
