import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  CreateRoleCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { GetBucketEncryptionCommand, ListBucketsCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, test } from "vitest";
import { HUB_ROLE_PATH, hubBusName, hubRoleName, memberRoleArn } from "#core/org/names";
import { seed } from "../../../sandbox/seed.ts";
import { type Organization, organization } from "../../support/e2e/org/organization.ts";
import { HOME } from "../../support/e2e/org/world.ts";
import { assume } from "../../support/e2e/redrive.ts";
import { nameOf, newBucket } from "../../support/e2e/story.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { rootOf } from "../../support/local-aws/local-aws.ts";

// What somebody in the hub, in a member or outside can do with what they know of the other side.

let org: Organization;
/** A session of the role of the hub's bucket function, as whoever had its code would have it. */
let pinned: Clients;
let memberRole: string;

const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

beforeAll(async () => {
  org = await organization();
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

/** A role in an account that may assume everything, in the hands of somebody there. */
async function roleIn(account: string, Path: string): Promise<Clients> {
  const { sandbox } = org.hub;
  const root = org.hub.as(rootOf(account));
  const { dana } =
    account === sandbox.account
      ? { dana: sandbox.credentials }
      : (await seed({ endpoint: sandbox.endpoint, region: HOME, credentials: rootOf(account) })).users;
  const trust = { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "sts:AssumeRole" };
  const RoleName = nameOf("other");
  const { Role } = await root.iam.send(
    new CreateRoleCommand({ RoleName, Path, AssumeRolePolicyDocument: document(trust) }),
  );
  const PolicyDocument = document({ Effect: "Allow", Action: "*", Resource: "*" });
  await root.iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "everything", PolicyDocument }));
  return await assume({ ...org.hub, dana: org.hub.as(dana) }, Role?.Arn ?? "", "e2e");
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
      await expect(into(await roleIn(hub.sandbox.account, path), memberRole)).rejects.toMatchObject(denied);
    await expect(into(hub.dana, memberRole)).rejects.toMatchObject(denied);
  });

  test("is not found outside its path, nor by another member or somebody outside", async () => {
    await expect(into(pinned, memberRole.replace("/bucketseal/", "/"))).rejects.toMatchObject(denied);
    await expect(into(await roleIn(org.world.outsider, HUB_ROLE_PATH), memberRole)).rejects.toMatchObject(denied);
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

  test("takes nothing from a member that looks like AWS's own", async () => {
    const forged = await put(org.world.members.ann.account, "aws.s3", {});
    expect(forged.Entries?.[0]?.ErrorCode).toBe("NotAuthorizedForSourceException");
  });
});
