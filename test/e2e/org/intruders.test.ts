import { randomUUID } from "node:crypto";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetRoleCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { GetBucketEncryptionCommand, ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, test } from "vitest";
import { memberTemplate } from "#aws/member/template";
import { templateText } from "#aws/member/template-text";
import { HUB_ROLE_PATH, hubBusName, hubRoleName, memberRoleArn } from "#core/org/names";
import { putBucketEncryptionEvent } from "../../events/cloudtrail.ts";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import { enrol } from "../../support/e2e/org/member.ts";
import { type Organization, organization } from "../../support/e2e/org/organization.ts";
import { roleIn } from "../../support/e2e/org/role-in.ts";
import { HOME } from "../../support/e2e/org/world.ts";
import { assume, redeliver } from "../../support/e2e/redrive.ts";
import { newBucket, outcomeOf, soon, stateOf } from "../../support/e2e/story.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { rootOf } from "../../support/local-aws/local-aws.ts";

// What somebody in the hub, in a member or outside can do with what they know of the other side.

let org: Organization;
let alerts: Alerts;
/** A session of the role of the hub's bucket function, as whoever had its code would have it. */
let pinned: Clients;
let memberRole: string;

const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

beforeAll(async () => {
  org = await organization();
  alerts = await listen(org.hub);
  const { hub, world } = org;
  memberRole = memberRoleArn(
    hub.sandbox.stage,
    { role: { path: "/bucketseal/" }, homeRegion: HOME },
    world.members.ann.account,
  );
  const RoleName = hubRoleName(hub.sandbox.stage, "bucket");
  const { Role } = await hub.root.iam.send(new GetRoleCommand({ RoleName }));
  const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "{}")) as { Statement: object[] };
  const dana = {
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${hub.sandbox.account}:root` },
    Action: "sts:AssumeRole",
  };
  const PolicyDocument = document(...trust.Statement, dana);
  await hub.root.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  pinned = await assume(hub, Role?.Arn ?? "", "e2e");
}, 180_000);

/** Assumes a member's role; the external id is the right one unless another is given. */
async function into(
  who: Clients,
  RoleArn: string,
  ExternalId: string | undefined = org.world.externalId,
): Promise<Clients> {
  const { Credentials: key } = await who.sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: "e2e", ...(ExternalId === "" ? {} : { ExternalId }) }),
  );
  return org.hub.as({
    accessKeyId: key?.AccessKeyId ?? "",
    secretAccessKey: key?.SecretAccessKey ?? "",
    sessionToken: key?.SessionToken ?? "",
  });
}

const denied = { name: "AccessDenied" };

describe.concurrent("the member role", () => {
  test("is assumed by the hub's function with the external id, and by it alone", async () => {
    await into(pinned, memberRole);
    await expect(into(pinned, memberRole, "somebody-elses-0123456789")).rejects.toMatchObject(denied);
    await expect(into(pinned, memberRole, "")).rejects.toMatchObject(denied);
  });

  test("is not assumed by another role of the hub, whatever it may do, nor by its people", async () => {
    const { hub } = org;
    for (const path of ["/", HUB_ROLE_PATH])
      await expect(into(await roleIn(org, hub.sandbox.account, path), memberRole)).rejects.toMatchObject(denied);
    await expect(into(hub.dana, memberRole)).rejects.toMatchObject(denied);
  });

  test("is not found outside its path, nor by another member or somebody outside", async () => {
    await expect(into(pinned, memberRole.replace("/bucketseal/", "/"))).rejects.toMatchObject(denied);
    await expect(into(await roleIn(org, org.world.outsider, HUB_ROLE_PATH), memberRole)).rejects.toMatchObject(denied);
  });

  test("changes the encryption of its own account's buckets, and reads no object", async () => {
    const acting = await into(pinned, memberRole);
    const [own, other] = [
      await newBucket(org.member("ann").alice, "own"),
      await newBucket(org.member("ben").alice, "own"),
    ];
    await acting.s3.send(new GetBucketEncryptionCommand({ Bucket: own }));
    await acting.s3.send(new ListBucketsCommand({}));
    for (const refused of [
      acting.s3.send(new GetBucketEncryptionCommand({ Bucket: other })),
      acting.s3.send(new PutObjectCommand({ Bucket: own, Key: "x", Body: "x" })),
    ])
      await expect(refused).rejects.toMatchObject(denied);
  });
});

describe.concurrent("two hubs of one account", () => {
  test("have a role each, which the other cannot assume", async () => {
    const { hub, world } = org;
    const [stage, externalId] = ["second", "8a2d6a0f-3c68-4f1e-8b45-1d2ef3a4b5c6"];
    const { ann, ben } = world.members;
    const settings = {
      id: world.organization,
      homeRegion: HOME,
      regions: [HOME],
      externalId,
      role: { path: "/bucketseal/" },
    };
    const template = templateText(
      memberTemplate({ stage, account: ben.account, settings, manageNotifications: false }),
    );
    await enrol({ endpoint: hub.sandbox.endpoint, template }, ann.account, HOME, "bucketseal-second");
    const other = await roleIn(org, ben.account, HUB_ROLE_PATH, hubRoleName(stage, "bucket"));
    const second = memberRoleArn(stage, settings, ann.account);
    await into(other, second, externalId);
    await expect(into(other, memberRole)).rejects.toMatchObject(denied);
    await expect(into(pinned, second, externalId)).rejects.toMatchObject(denied);
    await into(pinned, memberRole);
  });
});

describe.concurrent("the hub's bus", () => {
  const put = async (account: string, Source: string, detail: object) => {
    const { hub } = org;
    const EventBusName = `arn:aws:events:${HOME}:${hub.sandbox.account}:event-bus/${hubBusName(hub.sandbox.stage)}`;
    const entry = { Source, DetailType: "AWS API Call via CloudTrail", Detail: JSON.stringify(detail), EventBusName };
    return await hub.as(rootOf(account)).events.send(new PutEventsCommand({ Entries: [entry] }));
  };

  test("takes nothing from outside the organization, whoever knows its name", async () => {
    await expect(put(org.world.outsider, "custom", {})).rejects.toHaveProperty("name", "AccessDeniedException");
  });

  test("takes a member's made-up event about another account, and nobody looks", async () => {
    const { ann, ben } = org.world.members;
    const bucket = await newBucket(org.member("ben").alice, "forged");
    await outcomeOf(org.member("ben"), bucket, "left alone");
    const before = await stateOf(org.member("ben"), bucket);
    const detail = {
      eventSource: "s3.amazonaws.com",
      eventName: "PutBucketEncryption",
      awsRegion: HOME,
      recipientAccountId: ben.account,
      requestParameters: { bucketName: bucket },
    };
    const forged = await put(ann.account, "aws.s3", detail);
    expect(forged.Entries?.[0]?.ErrorCode).toBe("NotAuthorizedForSourceException");
    expect((await put(ann.account, "s3", detail)).FailedEntryCount).toBe(0);
    const witness = await newBucket(org.member("ben").alice, "witness");
    await outcomeOf(org.member("ben"), witness, "left alone");
    expect((await stateOf(org.member("ben"), bucket))?.triggers).toEqual(before?.triggers);
  });
});

describe.concurrent("the hub's queue", () => {
  test("has a true event whose record is of another account: it is refused and told once", async () => {
    const { hub, member, world } = org;
    const ben = member("ben");
    const { account, region } = ben.sandbox;
    const bucket = await newBucket(ben.alice, "claimed");
    await outcomeOf(ben, bucket, "left alone");
    const before = await stateOf(ben, bucket);
    const sender = world.members.cat.account;
    const events = [1, 2, 3].map(() => {
      const record = { eventID: randomUUID(), eventTime: new Date().toISOString().replace(/\.\d+/, "") };
      return putBucketEncryptionEvent({}, { bucket, account, region, record, envelope: { account: sender } });
    });
    const told = async () => (await alerts.all()).filter(({ member: about }) => about?.account === sender);
    for (const event of events) {
      await redeliver(hub, [JSON.stringify(event)]);
      await soon(told, (found) => found.length > 0);
    }
    const witness = await newBucket(ben.alice, "witness");
    await outcomeOf(ben, witness, "left alone");
    const why = `its record is of account ${account}`;
    expect(await told()).toMatchObject([
      { outcome: "failed", account: sender, bucket: null, reasons: [why], member: { kind: "refused event", why } },
    ]);
    expect((await stateOf(ben, bucket))?.triggers).toEqual(before?.triggers);
  });
});
