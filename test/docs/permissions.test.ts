import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { saveState } from "#aws/ledger/bucket-state";
import { writeAlarm } from "#aws/ledger/integrity-alarms";
import { unseen } from "#core/ledger/state";
import { root } from "../../scripts/docs/pages.ts";
import { account, cloud } from "../cli/cloud.ts";
import { deployStage } from "../cli/deploy-stage.ts";
import { anEntry } from "../support/core/history.ts";
import type { Credentials } from "../support/local-aws/clients.ts";

/**
 * The table in docs/deploy.md of the permissions that people need for each command: each row is
 * tried with exactly those, and with none.
 */
const rows = tableOf("## What people need");
const needs = (command: string): string[] => {
  const [, cell = ""] = rows.find(([commands = ""]) => commands.includes(`\`${command}\``)) ?? [];
  return actionsIn(cell);
};

const aws = cloud();
let users = 0;
beforeAll(async () => {
  await aws.key("s3-default");
  await aws.bucket("invoices");
  const { ledgerTable } = await deployStage(aws.root(), account, "prod");
  expect((await aws.run(["push", POLICY, "--yes"])).code).toBe(0);
  const ref = { partition: "aws", account, region: "us-east-1", bucket: "invoices" };
  const ledger = { dynamodb: aws.root().dynamodb, table: ledgerTable };
  const entry = anEntry();
  await saveState(ledger, ref, { ...unseen, since: entry.at }, { entry, days: 400 });
  await writeAlarm(ledger, ref, {
    what: "other bytes",
    at: "2026-11-21T08:15:00.000Z",
  });
}, 60_000);

const POLICY = "examples/policies/simple.yaml";
const PLAN = needs("plan --policy");
/**
 * The command lines that show it, with their exit code; permissions needed only for tags, OUs or a
 * refused HeadBucket are not missed here.
 */
const shown: readonly (readonly [
  command: string,
  actions: readonly string[],
  argv: readonly string[],
  code: number,
])[] = [
  ["plan --policy", PLAN, ["plan", "--policy", POLICY], 2],
  ["explain --policy", PLAN, ["explain", "invoices", "--policy", POLICY], 2],
  ["apply --policy", [...PLAN, ...needs("apply --policy")], ["apply", "--policy", POLICY, "--yes"], 0],
  ["status", needs("status"), ["status"], 2],
  ["history", needs("history"), ["history", "invoices"], 0],
  ["rollback", needs("rollback"), ["rollback", "invoices", "--yes"], 0],
  ["drift", needs("drift"), ["drift"], 0],
  ["policy show", needs("policy show"), ["policy", "show"], 0],
  ["policy versions", needs("policy versions"), ["policy", "versions"], 0],
  ["push", needs("push"), ["push", "examples/policies/observe-first.yaml", "--yes"], 0],
  ["policy rollback", needs("policy rollback"), ["policy", "rollback", "--yes"], 0],
  ["alarm list", needs("alarm list"), ["alarm", "list"], 2],
  ["alarm clear", needs("alarm clear"), ["alarm", "clear", "invoices", "--yes"], 0],
  ["dead-letters list", needs("dead-letters list"), ["dead-letters", "list"], 0],
  ["pause", needs("pause"), ["pause"], 0],
  ["resume", needs("resume"), ["resume"], 0],
];

describe.each(shown)("bucketseal %s", (_command, actions, argv, code) => {
  test("works with the permissions of its row", async () => {
    expect(actions.length).toBeGreaterThan(0);
    const ran = await aws.run(argv, { as: await userWith(actions) });
    expect(ran, ran.stderr + ran.stdout).toMatchObject({ code });
    // What could not be read for want of a permission is shown as unknown.
    expect(ran.stdout).not.toContain("unknown");
  });

  test("does not work without them", async () => {
    expect((await aws.run(argv, { as: await userWith(["sts:GetCallerIdentity"]) })).code).toBe(1);
  });
});

test("bucketseal check needs no permissions", async () => {
  expect(rows.find(([commands]) => commands === "`check`")?.[1]).toBe("none");
  expect((await aws.run(["check", POLICY], { env: { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" } })).code).toBe(
    0,
  );
});

async function userWith(actions: readonly string[]): Promise<Credentials> {
  users++;
  return aws.user(`person-${users}`, [{ Effect: "Allow", Action: actions, Resource: "*" }]);
}

function actionsIn(cell: string): string[] {
  return [...cell.matchAll(/`([a-z0-9]+:[A-Za-z]+)`/g)].map(([, action = ""]) => action);
}

/** The rows of the first table below a heading, their cells trimmed. */
function tableOf(heading: string): string[][] {
  const text = readFileSync(join(root, "docs/deploy.md"), "utf8");
  const below = text
    .slice(text.indexOf(heading))
    .split("\n")
    .filter((line) => line.startsWith("|"));
  return below.slice(2, 30).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
