import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { beforeAll, expect, test } from "vitest";
import { findDeployments } from "#aws/ssm/deployment";
import type { AccountRecord } from "#core/org/account-record";
import { startMessage } from "#core/sweep/messages";
import { memberBucket } from "../../../support/e2e/org/bucket.ts";
import { type Organization, organization } from "../../../support/e2e/org/organization.ts";
import { AWAY } from "../../../support/e2e/org/world.ts";
import { assume } from "../../../support/e2e/redrive.ts";
import { bucketseal, declared, encryptionOf, outcomeOf, putEncryption, soon } from "../../../support/e2e/story.ts";
import { withFaults } from "../../../support/local-aws/faults.ts";

// With nobody else at work: a sweep may repair what another test waits for an event to repair.

/** A bucket that is busy is looked at some seconds later. */
const SECONDS = 90;

let org: Organization;

beforeAll(async () => {
  org = await organization();
}, 180_000);

/** What the hub knows of its accounts, by account. */
async function known(): Promise<ReadonlyMap<string, AccountRecord>> {
  const run = await bucketseal(org.hub, ["org", "status", "--json"]);
  expect([0, 2], run.stderr).toContain(run.code);
  const { accounts } = JSON.parse(run.stdout) as { readonly accounts: readonly AccountRecord[] };
  return new Map(accounts.map((record) => [record.account, record]));
}

test("a sweep looks at every account and Region, and says which it cannot look at", async () => {
  const { hub, world } = org;
  const { members } = world;
  const lost = org.member("ann", AWAY);
  const unseen = await memberBucket(lost, "unseen");
  await outcomeOf(lost, unseen, "left alone");
  await withFaults(hub.sandbox.endpoint, [{ kind: "eventLost", bucket: unseen }], async () => {
    await putEncryption(lost.alice, unseen, { algorithm: "AES256" });
  });
  const query = new URLSearchParams({ account: members.suspended.account, manager: world.manager, state: "SUSPENDED" });
  await fetch(`${hub.sandbox.endpoint}/_bucketseal/organization/state?${query}`, { method: "PUT" });

  const [deployment] = await findDeployments(hub.root.ssm);
  const { sqs } = await assume(hub, deployment?.startRoleArn ?? "", "e2e");
  const body = startMessage("e2e", "all");
  await sqs.send(new SendMessageCommand({ QueueUrl: deployment?.sweepQueueUrl, MessageBody: JSON.stringify(body) }));

  await soon(
    () => encryptionOf(lost.alice, unseen),
    (rule) => JSON.stringify(rule) === JSON.stringify(declared(lost.sandbox.keyArn)),
    SECONDS,
  );
  const isSwept = (found: ReadonlyMap<string, AccountRecord>) =>
    [members.ann, members.ben, members.cat].every(({ account }) => found.get(account)?.lastSweep != null) &&
    found.get(members.roleless.account)?.enrolment === "not enrolled";
  const accounts = await soon(known, isSwept, SECONDS);
  expect(accounts.get(members.ann.account)).toMatchObject({ enrolment: "enrolled", name: "ann", state: "ACTIVE" });
  expect(accounts.get(members.suspended.account)).toMatchObject({ enrolment: "suspended", state: "SUSPENDED" });
  // StackSets never reach the one; the other's home Region needs no role.
  expect(accounts.get(world.manager)).toMatchObject({ kind: "management", enrolment: "not enrolled" });
  expect(accounts.get(hub.sandbox.account)).toMatchObject({ kind: "hub" });
  expect(accounts.get(members.ann.account)?.counts?.repaired).toBeGreaterThan(0);
}, 150_000);
