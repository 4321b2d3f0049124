import { CreateRoleCommand } from "@aws-sdk/client-iam";
import { beforeAll, describe, expect, test } from "vitest";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import { memberBucket } from "../../support/e2e/org/bucket.ts";
import { enrol } from "../../support/e2e/org/member.ts";
import { type Organization, organization } from "../../support/e2e/org/organization.ts";
import { AWAY, HOME, type MemberName } from "../../support/e2e/org/world.ts";
import {
  callsOn,
  declared,
  encryptionOf,
  outcomeOf,
  putEncryption,
  type Story,
  soon,
  stateOf,
} from "../../support/e2e/story.ts";
import { rootOf } from "../../support/local-aws/local-aws.ts";

let org: Organization;
let alerts: Alerts;

beforeAll(async () => {
  org = await organization();
  alerts = await listen(org.hub);
}, 180_000);

/** What was told of an account as a whole. */
async function toldOf(name: MemberName): Promise<readonly (string | undefined)[]> {
  const { account } = org.world.members[name];
  return (await alerts.all()).flatMap(({ member }) => (member?.account === account ? [member.kind] : []));
}

/** Waits until the hub has worked off what came before its looks at this bucket. */
async function witnessed(): Promise<void> {
  const member = org.member("ben");
  await outcomeOf(member, await memberBucket(member, "witness"), "left alone");
}

/** What the hub did to a bucket of a member. */
async function lookedAt(member: Story, bucket: string): Promise<readonly string[]> {
  const calls = await callsOn(member, bucket);
  return calls.flatMap(({ principal, api }) => (principal?.includes("/bucketseal-org") === true ? [api] : []));
}

describe.concurrent("an account", () => {
  test("without the role is told once, and nothing in it is looked at; a role outside the path is none", async () => {
    const member = org.member("roleless", AWAY);
    const { account, region } = member.sandbox;
    const Statement = [{ Effect: "Allow", Principal: { AWS: "*" }, Action: ["sts:AssumeRole", "sts:TagSession"] }];
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    const { iam } = org.hub.as(rootOf(account), region);
    await iam.send(new CreateRoleCommand({ RoleName: org.world.memberRole, AssumeRolePolicyDocument }));
    const buckets = [await memberBucket(member, "roleless"), await memberBucket(member, "roleless")];
    for (const bucket of buckets) await putEncryption(member.alice, bucket, { algorithm: "aws:kms" });
    await soon(
      () => toldOf("roleless"),
      (told) => told.length > 0,
    );
    for (const bucket of buckets) await putEncryption(member.alice, bucket, { algorithm: "AES256" });
    await witnessed();
    expect(await toldOf("roleless")).toEqual(["not enrolled"]);
    for (const bucket of buckets) {
      expect(await stateOf(member, bucket)).toBeNull();
      expect(await lookedAt(member, bucket)).toEqual([]);
    }
  });

  test("that deploys the template is looked after from then on", async () => {
    const { hub, world } = org;
    for (const region of [HOME, AWAY]) {
      const where = { endpoint: hub.sandbox.endpoint, template: world.template };
      await enrol(where, world.members.newcomer.account, region);
    }
    for (const region of [HOME, AWAY]) {
      const member = org.member("newcomer", region);
      const bucket = await memberBucket(member, "new");
      await outcomeOf(member, bucket, "left alone");
      expect(await encryptionOf(member.alice, bucket)).toEqual(declared(member.sandbox.keyArn));
    }
    expect(await toldOf("newcomer")).toEqual([]);
  });

  test("that AWS suspended is not written to", async () => {
    const member = org.member("suspended");
    const { account, endpoint } = member.sandbox;
    const query = new URLSearchParams({ account, manager: org.world.manager, state: "SUSPENDED" });
    await fetch(`${endpoint}/_bucketseal/organization/state?${query}`, { method: "PUT" });
    const bucket = await memberBucket(member, "suspended");
    await putEncryption(member.alice, bucket, { algorithm: "aws:kms" });
    await witnessed();
    expect(await lookedAt(member, bucket)).toEqual([]);
    expect(await stateOf(member, bucket)).toBeNull();
  });
});
