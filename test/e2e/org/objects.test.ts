import {
  BatchWriteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { CreateRoleCommand, PutRolePolicyCommand } from "@aws-sdk/client-iam";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, test } from "vitest";
import { memberObjects } from "#aws/ssm/member-objects";
import { PLANE_TAG, planeRoleName } from "#core/org/names";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import { offend, repaired } from "../../support/e2e/objects.ts";
import { memberBucket } from "../../support/e2e/org/bucket.ts";
import { deployPlane } from "../../support/e2e/org/object-plane.ts";
import { type Organization, organization } from "../../support/e2e/org/organization.ts";
import { roleIn } from "../../support/e2e/org/role-in.ts";
import { assume } from "../../support/e2e/redrive.ts";
import { bucketseal, nameOf, newBucket, outcomeOf, soon, succeeds } from "../../support/e2e/story.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { rootOf } from "../../support/local-aws/local-aws.ts";

let org: Organization;
let alerts: Alerts;

beforeAll(async () => {
  org = await organization();
  alerts = await listen(org.hub);
  await deployPlane(org, "ben");
}, 180_000);

describe.concurrent("an object in a member with an object plane", () => {
  test("is repaired there, and told by the hub with the member's actor", async () => {
    const member = org.member("ben");
    const { account, region, keyArn } = member.sandbox;
    const bucket = await memberBucket(member, "objdata");
    await outcomeOf(member, bucket, "left alone");
    await offend(member.alice, bucket, "a b+c%20");
    expect(await repaired(member, bucket, "a b+c%20")).toMatchObject({ SSEKMSKeyId: keyArn, BucketKeyEnabled: true });
    const [told] = await soon(
      async () => (await alerts.about(bucket)).filter(({ objects }) => objects !== null && objects !== undefined),
      (found) => found.length > 0,
    );
    expect(told).toMatchObject({
      outcome: "changed",
      account,
      accountName: "ben",
      region,
      objects: { counts: { changed: 1 } },
    });
    expect(JSON.stringify(told)).toContain(`arn:aws:iam::${account}:user/alice`);
  });
});

test.concurrent("an object of the hub's own account is judged by the account's tags", async () => {
  const { hub } = org;
  const bucket = await newBucket(hub.alice, "objacctag");
  await outcomeOf(hub, bucket, "left alone");
  await offend(hub.alice, bucket, "tagged");
  expect(await repaired(hub, bucket, "tagged")).toMatchObject({ SSEKMSKeyId: hub.sandbox.keyArn });
  const [told] = await soon(
    async () => (await alerts.about(bucket)).filter(({ objects }) => objects !== null && objects !== undefined),
    (found) => found.length > 0,
  );
  expect(told).toMatchObject({ outcome: "changed", account: hub.sandbox.account, accountName: "hub" });
});

test.concurrent("a dead letter of a member is seen and dropped by the hub's people, through a role of the member", async () => {
  const { hub } = org;
  const ben = org.member("ben");
  const { account, region } = ben.sandbox;
  const root = hub.as(rootOf(account), region);
  const found = await memberObjects(root.ssm, hub.sandbox.stage);
  const send = ({ sqs }: Clients) => sqs.send(new SendMessageCommand({ QueueUrl: found?.queue, MessageBody: "{}" }));
  await expect(send(root)).rejects.toHaveProperty("name", "AccessDenied");
  const somebody = await roleIn(org, account, "/");
  await send(await assume(ben, found?.redriveRole ?? "", "e2e", somebody));
  const operator = await operatorIn(account);
  const there = ["--account", account, "--role", operator, "--region", region, "--json"];
  const listed = await soon(
    async () => JSON.parse((await bucketseal(hub, ["dead-letters", "list", ...there])).stdout || "{}"),
    ({ letters = [] }) => letters.length > 0,
    90,
  );
  const [letter] = listed.letters as { readonly id: string }[];
  expect(letter).toMatchObject({ queue: `${account}/${region}/object`, kind: "malformed" });
  await succeeds(hub, ["dead-letters", "drop", letter?.id ?? "", ...there, "--yes"]);
});

describe("a role of a member that is called like its object function's", () => {
  test("reads the policy and the pause switch, and writes its own account's findings only", async () => {
    const { sandbox } = org.hub;
    const { ann, ben } = org.world.members;
    const plane = await session(await called(ben.account, "/bucketseal/", "obj-other"), ben.account);
    const { policyTable, ledgerTable, pauseParameter } = sandbox;
    const get = (TableName: string, pk: string) =>
      plane.dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: pk }, sk: { S: "a" } } }));
    const put = (TableName: string, pk: string) =>
      plane.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, sk: { S: "a" } } }));
    const query = (pk: string) =>
      plane.dynamodb.send(
        new QueryCommand({
          TableName: ledgerTable,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": { S: pk } },
        }),
      );
    const item = (pk: string) => ({ TableName: ledgerTable, Item: { pk: { S: pk }, sk: { S: "a" } } });
    /** Hides another account's item behind one of its own. */
    const both = (pk: string) =>
      new TransactWriteItemsCommand({
        TransactItems: [`OBJECTS#${ben.account}#us-east-1#mine`, pk].map((each) => ({ Put: item(each) })),
      });
    const batch = (pk: string) =>
      new BatchWriteItemCommand({ RequestItems: { [ledgerTable]: [{ PutRequest: { Item: item(pk).Item } }] } });
    await query(`OBJECTS#${ben.account}#us-east-1#mine`);
    await get(policyTable, "POLICY");
    await plane.ssm.send(new GetParameterCommand({ Name: pauseParameter }));
    await put(ledgerTable, `OBJECTS#${ben.account}#us-east-1#mine`);
    const refused = [
      () => put(policyTable, "POLICY"),
      () => get(ledgerTable, `OBJECTS#${ann.account}#us-east-1#theirs`),
      ...["OBJECTS", "PIN", "ALARM", "BUCKET"].map(
        (kind) => () => put(ledgerTable, `${kind}#${ann.account}#us-east-1#x`),
      ),
      () => put(ledgerTable, `OBJECTS#${ben.account}`),
      () => put(ledgerTable, `BUCKET#${ben.account}#us-east-1#mine`),
      () => put(ledgerTable, "MARK"),
      () => plane.dynamodb.send(new ScanCommand({ TableName: ledgerTable })),
      ...["OBJECTS", "BUCKET"].map((kind) => () => query(`${kind}#${ann.account}#us-east-1#theirs`)),
      () => plane.dynamodb.send(both(`OBJECTS#${ann.account}#us-east-1#theirs`)),
      () => plane.dynamodb.send(batch(`OBJECTS#${ben.account}#us-east-1#mine`)),
    ];
    for (const attempt of refused) await expect(attempt()).rejects.toHaveProperty("name", "AccessDeniedException");
  });

  test("gets no session for another account, without the path or the name, or from outside", async () => {
    const { world } = org;
    const { ann, ben } = world.members;
    const named = await called(ben.account, "/bucketseal/", "obj-for-another");
    const sessions = [
      [named, ann.account],
      [named, null],
      [await called(ben.account, "/", "obj-outside-the-path"), ben.account],
      [await called(ben.account, "/bucketseal/", "other"), ben.account],
      [await called(world.outsider, "/bucketseal/", "obj-outside"), world.outsider],
    ] as const;
    for (const [who, account] of sessions)
      await expect(session(who, account)).rejects.toHaveProperty("name", "AccessDenied");
  });
});

// --- internal ---

/** A role of a member that the hub's people may assume, to send dead letters back; its name. */
async function operatorIn(account: string): Promise<string> {
  const RoleName = nameOf("operator");
  const { iam } = org.hub.as(rootOf(account));
  const document = (statement: object) => JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
  const Principal = { AWS: `arn:aws:iam::${org.hub.sandbox.account}:root` };
  const AssumeRolePolicyDocument = document({ Effect: "Allow", Action: "sts:AssumeRole", Principal });
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
  const may = { Effect: "Allow", Action: ["ssm:GetParameter", "sts:AssumeRole"], Resource: "*" };
  await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "may", PolicyDocument: document(may) }));
  return RoleName;
}

/** A role of an account whose name begins as the stage's do. */
function called(account: string, path: string, rest: string): Promise<Clients> {
  return roleIn(org, account, path, `bucketseal-${org.hub.sandbox.stage}-${nameOf(rest)}`);
}

/** A session of the hub's role for an account; `null`: without saying which. */
async function session(who: Clients, account: string | null): Promise<Clients> {
  const { account: hub, stage } = org.hub.sandbox;
  const RoleArn = `arn:aws:iam::${hub}:role/bucketseal/${planeRoleName(stage)}`;
  const Tags = account === null ? [] : [{ Key: PLANE_TAG, Value: account }];
  const { Credentials: key } = await who.sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: "e2e", ...(Tags.length === 0 ? {} : { Tags }) }),
  );
  const { AccessKeyId: accessKeyId = "", SecretAccessKey: secretAccessKey = "", SessionToken } = key ?? {};
  return org.hub.as({ accessKeyId, secretAccessKey, ...(SessionToken ? { sessionToken: SessionToken } : {}) });
}
