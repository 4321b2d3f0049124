import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { type Alerts, listen } from "../../../support/e2e/alerts.ts";
import { headOf, offend, repaired } from "../../../support/e2e/objects.ts";
import { memberBucket } from "../../../support/e2e/org/bucket.ts";
import { deployPlane } from "../../../support/e2e/org/object-plane.ts";
import { type Organization, organization } from "../../../support/e2e/org/organization.ts";
import { outcomeOf, soon, succeeds } from "../../../support/e2e/story.ts";

// With nobody else at work: a pause of the hub stops everybody's writes. The rule that counts is
// for the account's unit, which the function asks for by the hub's role.

/** A function reads the switch at most every five seconds. */
const HEARD_MS = 5_500;
let org: Organization;
let alerts: Alerts;

beforeAll(async () => {
  org = await organization();
  alerts = await listen(org.hub);
  await deployPlane(org, "cat");
}, 180_000);

test("a pause of the hub holds what an object function in a member would write, and after its end that writes again", async () => {
  const member = org.member("cat");
  const bucket = await memberBucket(member, "objunit");
  await outcomeOf(member, bucket, "left alone");
  await offend(member.alice, bucket, "before");
  await repaired(member, bucket, "before");
  await succeeds(org.hub, ["pause", "--reason", "org"]);
  try {
    await sleep(HEARD_MS);
    await offend(member.alice, bucket, "meanwhile");
    const told = await soon(
      async () => (await alerts.about(bucket)).find(({ outcome }) => outcome === "reported"),
      (alert) => alert !== undefined,
      75,
    );
    expect(told).toMatchObject({ account: member.sandbox.account, objects: { reasons: { paused: 1 } } });
    expect(told?.next.join()).toMatch(new RegExp(`bucketseal backfill ${bucket} .*--since 20`));
    expect((await headOf(member.alice, bucket, "meanwhile")).ServerSideEncryption).toBe("AES256");
  } finally {
    await succeeds(org.hub, ["resume"]);
  }
  await sleep(HEARD_MS);
  await offend(member.alice, bucket, "meanwhile");
  await repaired(member, bucket, "meanwhile");
}, 180_000);
