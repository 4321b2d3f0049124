import { setTimeout as sleep } from "node:timers/promises";
import { GetRoleCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { CreateAccountCommand } from "@aws-sdk/client-organizations";
import { AssumeRoleCommand } from "@aws-sdk/client-sts";
import { beforeAll, describe, expect, test } from "vitest";
import { hubRoleName, memberRoleArn } from "#core/org/names";
import { deployStage } from "../../../sandbox/deploy-stage.ts";
import { memberBucket } from "../../support/e2e/org/bucket.ts";
import { enrol } from "../../support/e2e/org/member.ts";
import { withOrgFiles } from "../../support/e2e/org/org-files.ts";
import { type Organization, organization } from "../../support/e2e/org/organization.ts";
import { AWAY, HOME } from "../../support/e2e/org/world.ts";
import { assume } from "../../support/e2e/redrive.ts";
import {
  callsOn,
  declared,
  encryptionOf,
  outcomeOf,
  putEncryption,
  type Story,
  soon,
  succeeds,
} from "../../support/e2e/story.ts";
import { rootOf } from "../../support/local-aws/local-aws.ts";
import { isSoak } from "../../support/soak.ts";

// Two hubs of one organization, both deployed with the real stacks and with the same policy; ann is
// a member of both.

const STAGE = "second";
const EXTERNAL_ID = "8a2d6a0f-3c68-4f1e-8b45-1d2ef3a4b5c6";

let org: Organization;
let second: Story;

/** A bucket's owner as the second hub knows it. */
function ofSecond(member: Story): Story {
  const { account, region, keyArn } = member.sandbox;
  return { ...second, alice: member.alice, sandbox: { ...second.sandbox, account, region, keyArn } };
}

/** Who wrote a bucket's default encryption, oldest first: `first`, `second`, or a name. */
async function writers(member: Story, bucket: string): Promise<string[]> {
  const puts = (await callsOn(member, bucket)).filter(({ api }) => api === "PutBucketEncryption");
  return puts.map(({ principal = "" }) => {
    const who = principal ?? "";
    if (who.includes("-second-member/")) return "second";
    return who.includes("-org-member/") ? "first" : (who.split("/").at(-1) ?? "");
  });
}

/** A session of the role of a hub's bucket function, as whoever had its code would have it. */
async function pinned(hub: Story): Promise<Story["root"]> {
  const RoleName = hubRoleName(hub.sandbox.stage, "bucket");
  const { Role } = await hub.root.iam.send(new GetRoleCommand({ RoleName }));
  const trust = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "{}")) as { Statement: object[] };
  const people = { AWS: `arn:aws:iam::${hub.sandbox.account}:root` };
  const Statement = [...trust.Statement, { Effect: "Allow", Principal: people, Action: "sts:AssumeRole" }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await hub.root.iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  return assume(hub, Role?.Arn ?? "", "e2e");
}

describe.skipIf(!isSoak)("two hubs with one policy", () => {
  beforeAll(async () => {
    org = await organization();
    const { world, hub } = org;
    const { endpoint, callLog } = hub.sandbox;
    const made = new CreateAccountCommand({ AccountName: STAGE, Email: `${STAGE}@example.com` });
    const account = (await org.manager.send(made)).CreateAccountStatus?.AccountId ?? "";
    const settings = { id: world.organization, homeRegion: HOME, regions: [HOME, AWAY], externalId: EXTERNAL_ID };
    const ids = { STRICT: world.units.strict, MOVING: world.units.moving, HUB: hub.sandbox.account };
    const sandbox = await withOrgFiles(settings, ids, (files) =>
      deployStage({ endpoint, callLog }, { account, stage: STAGE, rootKey: account, ...files }),
    );
    const as = (credentials: Parameters<Story["as"]>[0], region = HOME) => hub.as(credentials, region);
    second = { ...hub, sandbox, root: as(rootOf(account)), dana: as(sandbox.credentials) };
    const { stdout: template } = await succeeds(second, ["org", "template"]);
    for (const region of [HOME, AWAY]) {
      await enrol({ endpoint, template }, world.members.ann.account, region, "bucketseal-second");
    }
  }, 400_000);

  test("repair a member that both keep, once each at most, and do not fight", async () => {
    for (const region of [HOME, AWAY]) {
      const member = org.member("ann", region);
      const bucket = await memberBucket(member, "shared");
      const settled = async () => {
        for (const hub of [member, ofSecond(member)]) await outcomeOf(hub, bucket, "left alone");
      };
      await settled();
      await putEncryption(member.alice, bucket, { algorithm: "AES256" });
      await soon(
        () => encryptionOf(member.alice, bucket),
        (rule) => JSON.stringify(rule) === JSON.stringify(declared(member.sandbox.keyArn)),
      );
      await settled();
      const since = (all: readonly string[]) => all.slice(all.lastIndexOf("alice") + 1);
      const wrote = since(await writers(member, bucket));
      expect(wrote.length).toBeGreaterThan(0);
      expect(new Set(wrote).size).toBe(wrote.length);
      await sleep(10_000);
      expect(since(await writers(member, bucket))).toEqual(wrote);
    }
  });

  test("take the other's write for somebody's whose result is as declared", async () => {
    const member = org.member("ann");
    const bucket = await memberBucket(member, "shared");
    for (const hub of [member, ofSecond(member)]) await outcomeOf(hub, bucket, "left alone");
    await succeeds(second, ["pause", "--reason", "the first repairs"]);
    try {
      await sleep(6_000);
      await putEncryption(member.alice, bucket, { algorithm: "AES256" });
      await soon(
        () => encryptionOf(member.alice, bucket),
        (rule) => JSON.stringify(rule) === JSON.stringify(declared(member.sandbox.keyArn)),
      );
    } finally {
      await succeeds(second, ["resume"]);
    }
    await outcomeOf(ofSecond(member), bucket, "left alone");
    expect((await writers(member, bucket)).slice(-2)).toEqual(["alice", "first"]);
  });

  test("cannot use each other's role in a member", async () => {
    const { account } = org.world.members.ann;
    const at = { role: { path: "/bucketseal/" }, homeRegion: HOME };
    const roles = { first: memberRoleArn("org", at, account), second: memberRoleArn(STAGE, at, account) };
    const ids = { first: org.world.externalId, second: EXTERNAL_ID };
    const who = { first: await pinned(org.hub), second: await pinned(second) };
    const names = ["first", "second"] as const;
    for (const hub of names) {
      for (const role of names) {
        for (const id of names) {
          const RoleSessionName = "e2e";
          const into = new AssumeRoleCommand({ RoleArn: roles[role], RoleSessionName, ExternalId: ids[id] });
          const isOwn = hub === role && role === id;
          const found = await who[hub].sts.send(into).then(
            () => true,
            (error: Error) => (error.name === "AccessDenied" ? false : Promise.reject(error)),
          );
          expect({ hub, role, id, assumed: found }).toEqual({ hub, role, id, assumed: isOwn });
        }
      }
    }
  });
});
