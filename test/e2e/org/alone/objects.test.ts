import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { headOf, offend, repaired } from "../../../support/e2e/objects.ts";
import { memberBucket } from "../../../support/e2e/org/bucket.ts";
import { deployPlane } from "../../../support/e2e/org/object-plane.ts";
import { type Organization, organization } from "../../../support/e2e/org/organization.ts";
import { outcomeOf, succeeds } from "../../../support/e2e/story.ts";

// With nobody else at work: a pause of the hub stops everybody's writes. The rule that counts is
// for the account's unit, which the function asks for by the hub's role.

let org: Organization;

beforeAll(async () => {
  org = await organization();
  await deployPlane(org, "cat");
}, 180_000);

test("a pause of the hub holds what an object function in a member would write, and its end lets it go on", async () => {
  const member = org.member("cat");
  const bucket = await memberBucket(member, "objunit");
  await outcomeOf(member, bucket, "left alone");
  await offend(member.alice, bucket, "before");
  await repaired(member, bucket, "before");
  await succeeds(org.hub, ["pause", "--reason", "org"]);
  try {
    // The switch is cached for five seconds; what a write goes by is a second old at most.
    await sleep(1_500);
    await offend(member.alice, bucket, "meanwhile");
    await sleep(6_000);
    expect((await headOf(member.alice, bucket, "meanwhile")).ServerSideEncryption).toBe("AES256");
  } finally {
    await succeeds(org.hub, ["resume"]);
  }
  await repaired(member, bucket, "meanwhile", 120);
}, 180_000);
