import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { beforeAll, describe, expect, test } from "vitest";
import { saveState } from "#aws/ledger/bucket-state";
import { readAlarm, writeAlarm } from "#aws/ledger/integrity-alarms";
import { readPin, writePin } from "#aws/ledger/pins";
import { readResumed } from "#aws/ledger/resumed";
import { saveAccount } from "#aws/members/accounts";
import type { HistoryEntry } from "#core/ledger/history";
import { unseen } from "#core/ledger/state";
import type { Deployment } from "#core/stage/deployment";
import { noCounts } from "#core/sweep/counts";
import { anEntry } from "../../support/core/history.ts";
import { account, cloud } from "../cloud.ts";
import { deployStage } from "../deploy-stage.ts";

const aws = cloud();
const payroll = "222233334444";
const sales = "333344445555";
let hub: Deployment;

const ago = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString();
const ledger = () => ({ dynamodb: aws.root().dynamodb, table: hub.ledgerTable });
const json = async (...args: string[]) => {
  const { code, stdout, stderr } = await aws.run([...args, "--json"]);
  return { code, stderr, document: JSON.parse(stdout) };
};

async function remember(of: string, region: string, bucket: string, changes: Partial<HistoryEntry>): Promise<void> {
  const entry = anEntry(changes);
  const next = { ...unseen, outcome: entry.outcome, rule: entry.rule, since: entry.at };
  await saveState(ledger(), { partition: "aws", account: of, region, bucket }, next, { entry, days: 400 });
}

beforeAll(async () => {
  const deployed = await deployStage(aws.root(), account, "hub");
  hub = { ...deployed, org: "on", organizationId: "o-a1b2c3d4e5", regions: "us-east-1,eu-west-1" };
  const Name = "/bucketseal/hub/deployment";
  await aws.root().ssm.send(new PutParameterCommand({ Name, Value: JSON.stringify(hub), Overwrite: true }));
  await remember(account, "us-east-1", "home", { id: "home", at: ago(1), outcome: "left alone", actor: null });
  await remember(payroll, "eu-west-1", "wages", { id: "wages", at: ago(2) });
  await remember(payroll, "us-east-1", "bonus", { id: "bonus", at: ago(3), outcome: "held", after: null });
  await remember(sales, "us-east-1", "leads", { id: "leads", at: ago(4) });
  // A bucket that one account deleted and another created.
  await remember(sales, "us-east-1", "wages", { id: "earlier", at: ago(20) });
  const { bucket, what, at } = { bucket: "wages", what: "altered", at: ago(1) };
  await writeAlarm(ledger(), { partition: "aws", account: payroll, region: "eu-west-1", bucket }, { what, at });
  await saveAccount(ledger(), payroll, {
    name: "payroll",
    state: "ACTIVE",
    enrolment: "enrolled",
    lastEvent: ago(2),
    lastSweep: ago(5),
    counts: { ...noCounts, seen: 40, held: 2 },
    notOptedIn: ["eu-west-1"],
  });
  await saveAccount(ledger(), sales, { name: "sales", enrolment: "not enrolled", why: "AssumeRole was denied" });
  await saveAccount(ledger(), "444455556666", { name: "old", state: "SUSPENDED", enrolment: "suspended" });
});

describe("org status", () => {
  test("lists every account with its enrolment, last event, last sweep and counts at 80 columns", async () => {
    const { code, stdout } = await aws.run(["org", "status"]);
    expect(code).toBe(2);
    const lines = stdout.split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines[0]).toBe("account       name     enrolment     event  sweep  buckets  differ");
    expect(lines[1]).toBe("222233334444  payroll  enrolled      2 h    5 h    40       2");
    expect(lines[2]).toBe("333344445555  sales    not enrolled  never  never");
    expect(stdout).toContain("\n222233334444 has not opted in to eu-west-1\n");
    expect(stdout).toContain("\n333344445555 is not enrolled: AssumeRole was denied\n");
    expect(stdout).toMatch(/\n3 accounts: 1 enrolled, 1 not enrolled, 1 suspended\n$/);
  });

  test("exits with 0 where all that are asked for are enrolled, and tells what it does not know", async () => {
    const one = await json("org", "status", "--account", payroll);
    expect(one).toMatchObject({
      code: 0,
      document: { organization: "o-a1b2c3d4e5", accounts: [{ account: payroll }] },
    });
    const unknown = await json("org", "status", "--account", "999988887777");
    expect(unknown.code).toBe(2);
    expect(unknown.document.summary).toMatchObject({ accounts: 1, notKnown: 1 });
  });
});

describe("the hub's own account", () => {
  const record = (changes: object) => {
    const Value = JSON.stringify({ ...hub, ...changes });
    return aws.root().ssm.send(new PutParameterCommand({ Name: "/bucketseal/hub/deployment", Value, Overwrite: true }));
  };

  test("is enrolled without a member stack where it covers its home Region alone", async () => {
    await saveAccount(ledger(), account, { enrolment: "not enrolled", why: "AssumeRole was denied" });
    await record({ regions: "us-east-1" });
    const alone = await json("org", "status", "--account", account);
    await record({});
    expect(alone).toMatchObject({
      code: 0,
      document: { summary: { enrolled: 1 }, accounts: [{ account, kind: "hub", enrolment: "enrolled" }] },
    });
  });

  test("is told apart where its other Regions are not looked after, and so is the management account", async () => {
    await saveAccount(ledger(), account, { enrolment: "not enrolled", why: "AssumeRole was denied" });
    const { code, stdout } = await aws.run(["org", "status", "--account", account]);
    expect(code).toBe(2);
    expect(stdout).toMatch(new RegExp(`^${account} +home Region `, "m"));
    const text = stdout.replace(/\s+/g, " ");
    expect(text).toContain(`${account} is the hub: its home Region is looked after, and its others are not enrolled`);
    const other = await json("org", "status", "--account", payroll);
    expect(other.document.accounts).toMatchObject([{ account: payroll, kind: "member" }]);
  });
});

describe("a hub's ledger by account and Region", () => {
  test("status counts the buckets, alarms and accounts that are meant", async () => {
    const all = await json("status", "--all-accounts");
    expect(all.document.buckets.accounts).toEqual({ [account]: 1, [payroll]: 2, [sales]: 2 });
    expect(all.document.alarms).toMatchObject([{ account: payroll, region: "eu-west-1", bucket: "wages" }]);
    const some = await json("status", "--account", payroll, "--region", "eu-west-1");
    expect(some.document.buckets).toMatchObject({ known: 1, accounts: { [payroll]: 1 } });
    expect(some.document.accounts).toMatchObject([{ account: payroll, enrolment: "enrolled" }]);
    expect(some.code).toBe(2);
    const other = await json("status", "--account", sales);
    expect(other.document.alarms).toEqual([]);
    expect(other.code).toBe(0);
  });

  test("alarms are listed of all accounts, or of those that are meant, and cleared where they are", async () => {
    expect(await json("alarm", "list")).toMatchObject({ code: 0, document: { open: 0, alarms: [] } });
    const open = [{ account: payroll, region: "eu-west-1", bucket: "wages", cleared: null }];
    expect(await json("alarm", "list", "--all-accounts")).toMatchObject({
      code: 2,
      document: { open: 1, alarms: open },
    });
    expect(await json("alarm", "list", "--account", sales)).toMatchObject({ code: 0, document: { open: 0 } });
    const { stdout } = await aws.run(["alarm", "list", "--account", payroll, "--region", "eu-west-1"]);
    expect(stdout).toMatch(new RegExp(`^wages  account ${payroll}  eu-west-1  since \\S+  open\n    altered\n$`));
    const bucket = "overtime";
    const at = ago(1);
    const place = { account: payroll, region: "us-east-1" };
    await writeAlarm(ledger(), { partition: "aws", ...place, bucket }, { what: "altered", at });
    const unasked = await aws.run(["alarm", "clear", bucket, "--yes"]);
    expect(unasked).toMatchObject({
      code: 1,
      stderr: `bucketseal: no open integrity alarm for "${bucket}" in us-east-1 (of members: --all-accounts)\n`,
    });
    const elsewhere = await aws.run(["alarm", "clear", bucket, "--account", sales, "--yes"]);
    expect(elsewhere.stderr).toBe(`bucketseal: no open integrity alarm for "${bucket}" in these accounts\n`);
    const cleared = await json("alarm", "clear", bucket, "--account", payroll, "--yes");
    expect(cleared).toMatchObject({ code: 0, document: { bucket, ...place, cleared: true, alarm: { at } } });
    const after = await readAlarm(ledger(), { partition: "aws", ...place, bucket });
    expect(after).toEqual({ known: true, value: null });
    expect(await json("alarm", "list", "--all-accounts")).toMatchObject({ document: { open: 1 } });
  });

  test("a stopped bucket of a member is written again once a person says so", async () => {
    const ref = { partition: "aws", account: payroll, region: "us-east-1", bucket: "contested" };
    const refused = { text: "a service control policy denies it", at: ago(1) };
    const entry = anEntry({ id: "contested", at: ago(1), outcome: "left alone", actor: null });
    await saveState(ledger(), ref, { ...unseen, refused } as never, { entry, days: 400 });
    const unasked = await aws.run(["resume", "contested"]);
    expect(unasked.stderr).toContain(
      'the breaker of "contested" is not open in us-east-1 (of members: --all-accounts)',
    );
    const given = await json("resume", "contested", "--account", payroll);
    expect(given).toMatchObject({ code: 0, document: { account: payroll, region: "us-east-1", closed: true } });
    expect(await readResumed(ledger(), ref)).not.toBeNull();
    const all = await aws.run(["resume", "--all-accounts"]);
    expect(all.stderr).toContain("accounts go with a bucket: a pause holds, and is lifted, everywhere");
  });

  test("a central alias that moved is accepted for the accounts that it is pinned for", async () => {
    const key = await aws.key("central");
    const alias = `arn:aws:kms:us-east-1:${account}:alias/central`;
    const earlier = { keyArn: `arn:aws:kms:us-east-1:${account}:key/earlier`, by: "the function", at: ago(9) };
    const at = (of: string) => ({ account: of, region: "us-east-1" });
    await writePin(ledger(), at(payroll), alias, earlier, null);
    await writePin(ledger(), at(sales), alias, { ...earlier, keyArn: key }, null);
    const none = await aws.run(["policy", "accept-key", alias, "--account", "999988887777", "--yes"]);
    expect(none.stderr).toBe(`bucketseal: ${alias} is pinned for none of these accounts\n`);
    const accepted = await json("policy", "accept-key", alias, "--all-accounts", "--yes");
    expect(accepted).toMatchObject({ code: 0, document: { accepted: true, keyArn: key } });
    expect(accepted.document.pins).toMatchObject([{ account: payroll, keyArn: earlier.keyArn }, { account: sales }]);
    expect(await readPin(ledger(), at(payroll), alias)).toMatchObject({ value: { keyArn: key } });
    expect(await readPin(ledger(), at(sales), alias)).toMatchObject({ value: { by: "the function" } });
    expect(await readPin(ledger(), at(account), alias)).toEqual({ known: true, value: null });
    const again = await json("policy", "accept-key", alias, "--account", payroll, "--yes");
    expect(again).toMatchObject({ code: 0, document: { accepted: false } });
  });

  test("history finds a bucket in whichever account and Region it was", async () => {
    const { code, document } = await json("history", "wages", "--all-accounts");
    expect(code).toBe(0);
    expect(document).toMatchObject({ account: null, region: null, more: false });
    expect(document.entries).toMatchObject([
      { id: "wages", account: payroll, region: "eu-west-1" },
      { id: "earlier", account: sales, region: "us-east-1" },
    ]);
    const one = await json("history", "wages", "--account", payroll);
    expect(one.document).toMatchObject({ account: payroll, region: "eu-west-1", entries: [{ id: "wages" }] });
    const { stdout } = await aws.run(["history", "wages", "--all-accounts", "--limit", "1"]);
    expect(stdout).toMatch(new RegExp(`^account ${payroll}  eu-west-1\n`));
    expect(stdout).toMatch(/\n1 entry; there are older ones \(--limit\)\n$/);
  });

  test("drift counts in the accounts and Regions that are meant", async () => {
    const { document } = await json("drift", "--account", payroll);
    expect(document).toMatchObject({ times: 2, buckets: 2, accounts: [{ name: payroll, times: 2 }] });
    const region = await json("drift", "--all-accounts", "--region", "us-east-1");
    expect(region.document.accounts.map(({ name }: { name: string }) => name)).toEqual([sales, payroll]);
  });

  test("enters no account, and says that a role is not used", async () => {
    const calls = await aws.callsOf(async () => {
      const { code, stderr } = await json("drift", "--account", payroll, "--role", "Audit");
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: "--role is not used: the ledger of the stage is read, and no account is entered\n",
      });
    });
    expect(calls.filter(({ api }) => api === "AssumeRole")).toEqual([]);
  });
});

test("apply takes no other account", async () => {
  const { code, stderr } = await aws.run(["apply", "--account", payroll, "--role", "Admin", "--yes"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^bucketseal: --account is not taken here: apply writes in your own account only/);
});
