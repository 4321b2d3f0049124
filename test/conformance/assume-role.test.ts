import { CreateTableCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CloseAccountCommand,
  CreateAccountCommand,
  DescribeOrganizationCommand,
  OrganizationsClient,
} from "@aws-sdk/client-organizations";
import { GetQueueUrlCommand } from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, type AssumeRoleCommandInput } from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, test } from "vitest";
import { type Clients, type Credentials, clients } from "../support/local-aws/clients.ts";
import { conformance } from "../support/local-aws/conformance.ts";
import { rootOf } from "../support/local-aws/local-aws.ts";
import { onAws } from "./s3-setting.ts";

// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-resourceorgid

const aws = conformance();
const RoleSessionName = "conformance";
const Tags = [{ Key: "stage", Value: "prod" }];
let organizations: OrganizationsClient;
let organization: string;
let member: string;

const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const inAccount = (credentials: Credentials) => clients({ endpoint: aws.endpoint, credentials });

async function create(): Promise<string> {
  const named = { AccountName: "member", Email: `${aws.prefix}@example.com` };
  return (await organizations.send(new CreateAccountCommand(named))).CreateAccountStatus?.AccountId ?? "";
}

/** A role in the account that this one may assume; `Path` and what sessions may do. */
async function trusting(account: string, more: { Path?: string; MaxSessionDuration?: number } = {}): Promise<string> {
  const { iam } = inAccount(rootOf(account));
  const RoleName = `role-${Math.random().toString(36).slice(2)}`;
  const Principal = { AWS: `arn:aws:iam::${aws.account}:root` };
  const AssumeRolePolicyDocument = document({
    Effect: "Allow",
    Principal,
    Action: ["sts:AssumeRole", "sts:TagSession"],
  });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, ...more }));
  const PolicyDocument = document({ Effect: "Allow", Action: "*", Resource: "*" });
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "all", PolicyDocument }));
  return Role?.Arn ?? "";
}

/** Somebody of this account who may do what the statement says. */
async function somebody(statement: object): Promise<Clients> {
  const UserName = `user-${Math.random().toString(36).slice(2)}`;
  await aws.iam.send(new CreateUserCommand({ UserName }));
  const PolicyDocument = document({ Effect: "Allow", Resource: "*", ...statement });
  await aws.iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "own", PolicyDocument }));
  const { AccessKey } = await aws.iam.send(new CreateAccessKeyCommand({ UserName }));
  return inAccount({
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  });
}

async function assume(who: Clients, given: Omit<AssumeRoleCommandInput, "RoleSessionName">): Promise<Clients> {
  const { Credentials: key } = await who.sts.send(new AssumeRoleCommand({ RoleSessionName, ...given }));
  return inAccount({
    accessKeyId: key?.AccessKeyId ?? "",
    secretAccessKey: key?.SecretAccessKey ?? "",
    sessionToken: key?.SessionToken ?? "",
  });
}

const denied = (action: string) => ({ name: "AccessDenied", message: expect.stringContaining(`perform: ${action}`) });

// On AWS this takes an organization, which a test must not touch.
describe.skipIf(onAws)("AssumeRole into another account", () => {
  beforeAll(async () => {
    const where = { region: aws.region, endpoint: aws.endpoint ?? "" };
    organizations = new OrganizationsClient({ ...where, credentials: rootOf(aws.account) });
    organization = (await organizations.send(new DescribeOrganizationCommand({}))).Organization?.Id ?? "";
    member = await create();
  });

  test("takes the role's whole ARN, its path included", async () => {
    const who = await somebody({ Action: "sts:*" });
    const RoleArn = await trusting(member, { Path: "/of-the-hub/" });
    await assume(who, { RoleArn });
    for (const wrong of [RoleArn.replace("/of-the-hub/", "/"), RoleArn.replace("/of-the-hub/", "/other/")])
      await expect(assume(who, { RoleArn: wrong })).rejects.toMatchObject(denied("sts:AssumeRole"));
  });

  test("with session tags takes sts:TagSession from the caller's policies too", async () => {
    const RoleArn = await trusting(member);
    const without = await somebody({ Action: "sts:AssumeRole" });
    await assume(without, { RoleArn });
    await expect(assume(without, { RoleArn, Tags })).rejects.toMatchObject(denied("sts:TagSession"));
    const Condition = { StringEquals: { "aws:RequestTag/stage": "prod" } };
    await assume(await somebody({ Action: ["sts:AssumeRole", "sts:TagSession"], Condition }), { RoleArn, Tags });
  });

  test("hands transitive tags on, which a later session cannot change", async () => {
    const who = await somebody({ Action: "sts:*" });
    const [first, second] = [await trusting(aws.account), await trusting(member)];
    const session = await assume(who, { RoleArn: first, Tags, TransitiveTagKeys: ["stage"] });
    await assume(session, { RoleArn: second });
    await expect(assume(session, { RoleArn: second, Tags })).rejects.toThrow(/transitive tag key/);
    const unknown = assume(who, { RoleArn: first, Tags, TransitiveTagKeys: ["other"] });
    await expect(unknown).rejects.toThrow(/transitive tag key/);
  });

  test("lasts an hour at most for a session, and as long as the role allows for a user", async () => {
    const who = await somebody({ Action: "sts:*" });
    const [first, long] = [await trusting(aws.account), await trusting(member, { MaxSessionDuration: 7200 })];
    const session = await assume(who, { RoleArn: first });
    await assume(session, { RoleArn: long, DurationSeconds: 3600 });
    await assume(who, { RoleArn: long, DurationSeconds: 7200 });
    for (const refused of [
      assume(session, { RoleArn: long, DurationSeconds: 3601 }),
      assume(who, { RoleArn: first, DurationSeconds: 7200 }),
      assume(who, { RoleArn: first, DurationSeconds: 60 }),
    ])
      await expect(refused).rejects.toHaveProperty("name", "ValidationError");
  });

  test("can be allowed for the accounts of one organization", async () => {
    const inOrganization = (id: string) => ({
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:ResourceOrgID": id } },
    });
    const own = await somebody(inOrganization(organization));
    await assume(own, { RoleArn: await trusting(member) });
    const outside = { RoleArn: await trusting(`${(Number(member) + 1) % 1e12}`.padStart(12, "0")) };
    await expect(assume(own, outside)).rejects.toMatchObject(denied("sts:AssumeRole"));
    const other = await somebody(inOrganization("o-0123456789"));
    const refused = assume(other, { RoleArn: await trusting(member) });
    await expect(refused).rejects.toMatchObject(denied("sts:AssumeRole"));
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
  test("may demand a tag with the caller's own account, which the session's rights then follow", async () => {
    const { iam, dynamodb } = inAccount(rootOf(member));
    const RoleName = "of-its-own";
    const TableName = `${RoleName}-items`;
    const Condition = { StringEquals: { "aws:RequestTag/of": `\${aws:PrincipalAccount}` } };
    const AssumeRolePolicyDocument = document({
      Effect: "Allow",
      Principal: { AWS: "*" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition,
    });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const own = { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`of#\${aws:PrincipalTag/of}#*`] } };
    const PolicyDocument = document(
      { Effect: "Allow", Action: "dynamodb:PutItem", Resource: "*", Condition: own },
      { Effect: "Allow", Action: "sqs:GetQueueUrl", Resource: `arn:aws:sqs:*:*:of-\${aws:PrincipalTag/of}` },
    );
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
    await dynamodb.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
      }),
    );
    const who = await somebody({ Action: "sts:*" });
    const RoleArn = Role?.Arn ?? "";
    const of = (Value: string) => assume(who, { RoleArn, Tags: [{ Key: "of", Value }] });
    for (const wrong of [of(member), of("*"), of(`\${aws:PrincipalAccount}`), assume(who, { RoleArn })])
      await expect(wrong).rejects.toMatchObject({ name: "AccessDenied" });
    const session = await of(aws.account);
    const put = (pk: string) => session.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: pk } } }));
    await put(`of#${aws.account}#bucket`);
    for (const other of [`of#${member}#bucket`, `of#${aws.account}`, `of#\${aws:PrincipalTag/of}#bucket`])
      await expect(put(other)).rejects.toHaveProperty("name", "AccessDeniedException");
    // The queue is not there: that is told to those only who may ask.
    const url = (QueueName: string) => session.sqs.send(new GetQueueUrlCommand({ QueueName }));
    await expect(url(`of-${aws.account}`)).rejects.toHaveProperty("name", "QueueDoesNotExist");
    await expect(url(`of-${member}`)).rejects.toHaveProperty("name", "AccessDenied");
  });

  test("is over when the account is closed", async () => {
    const who = await somebody({ Action: "sts:*" });
    const closing = await create();
    const RoleArn = await trusting(closing);
    await assume(who, { RoleArn });
    await organizations.send(new CloseAccountCommand({ AccountId: closing }));
    await expect(assume(who, { RoleArn })).rejects.toMatchObject(denied("sts:AssumeRole"));
  });
});
