import { MoveAccountCommand, TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-organizations";
import { beforeAll, expect, test } from "vitest";
import { memberBucket } from "../../../support/e2e/org/bucket.ts";
import { type Organization, organization } from "../../../support/e2e/org/organization.ts";
import { AWAY, HOME } from "../../../support/e2e/org/world.ts";
import { startAnew } from "../../../support/e2e/start-anew.ts";
import { bucketseal, encryptionOf, outcomeOf, type Story } from "../../../support/e2e/story.ts";

// With nobody else at work: the bucket function is started anew.

let org: Organization;

beforeAll(async () => {
  org = await organization();
}, 180_000);

async function judged(member: Story, bucket: string) {
  const { rule } = await outcomeOf(member, bucket, "left alone");
  const { ApplyServerSideEncryptionByDefault: found } = await encryptionOf(member.alice, bucket);
  return { rule, algorithm: found?.SSEAlgorithm };
}

test("an account that moves to another unit and gets other tags has its buckets judged by the rules of these", async () => {
  const { hub, manager, world } = org;
  const AccountId = world.members.ben.account;
  const buckets: (readonly [Story, string])[] = [];
  for (const region of [HOME, AWAY]) {
    const member = org.member("ben", region);
    const bucket = await memberBucket(member, "unit");
    buckets.push([member, bucket]);
    expect(await judged(member, bucket)).toEqual({ rule: "baseline", algorithm: "aws:kms" });
  }
  const home = org.member("ben");
  const tagged = await memberBucket(home, "acctag");
  expect((await judged(home, tagged)).rule).toBe("baseline");
  const { root, units } = world;
  await manager.send(new MoveAccountCommand({ AccountId, SourceParentId: root, DestinationParentId: units.moving }));
  try {
    await manager.send(new TagResourceCommand({ ResourceId: AccountId, Tags: [{ Key: "env", Value: "prod" }] }));
    // What is above an account, and its tags, are kept for five minutes.
    await startAnew(hub);
    const swept = await bucketseal(hub, ["sweep", "--account", AccountId, "--json"]);
    expect([0, 2], swept.stderr).toContain(swept.code);
    const { accounts } = JSON.parse(swept.stdout) as { readonly accounts: readonly object[] };
    expect(accounts).toMatchObject([{ account: AccountId, name: "ben", state: "done", enrolment: "enrolled" }]);
    for (const [member, bucket] of buckets) {
      expect(await judged(member, bucket)).toEqual({ rule: "in-the-unit-of-the-moved", algorithm: "aws:kms:dsse" });
    }
    expect(await judged(home, tagged)).toEqual({ rule: "in-a-tagged-account", algorithm: "aws:kms:dsse" });
  } finally {
    await manager.send(new UntagResourceCommand({ ResourceId: AccountId, TagKeys: ["env"] }));
    await manager.send(new MoveAccountCommand({ AccountId, SourceParentId: units.moving, DestinationParentId: root }));
    await startAnew(hub);
  }
}, 150_000);
