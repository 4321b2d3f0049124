import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { DescribeRuleCommand, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type EmptyAccount, startEmptyAccount } from "../support/deploy/empty-account.ts";
import { isSoak } from "../support/soak.ts";

let account: EmptyAccount;

beforeAll(async () => {
  account = await startEmptyAccount();
}, 120_000);
afterAll(async () => await account?.stop());

describe.runIf(isSoak)("npm run deploy", () => {
  test("deploys, remembers options, lifts no pause, and refuses a second stage", async () => {
    const first = await account.deploy(["--stage", "dev"], {
      BUCKETSEAL_OBJECTS: "on",
      BUCKETSEAL_MANAGE_NOTIFICATIONS: "on",
    });
    expect(first.text).toMatch(/deployed stage dev/);
    expect(first.code).toBe(0);
    expect(await objectRules()).toHaveLength(2);
    const tables = (await account.aws.dynamodb.send(new ListTablesCommand({}))).TableNames;
    await account.cli("pause", "--reason", "incident 4711");

    const second = await account.deploy(["--stage", "dev"], {});
    expect(second.code).toBe(0);
    expect(second.text).toMatch(/BUCKETSEAL_MANAGE_NOTIFICATIONS +on +\(remembered\)/);
    expect(second.text).toMatch(/paused +writes are paused: .*incident 4711/);
    expect(await objectRules()).toHaveLength(2);
    expect((await account.aws.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual(tables);
    await expect(account.cli("status")).rejects.toThrow(/PAUSED|paused: by .*incident 4711/);

    // A template that touches the switch puts its own value there: the pause must survive that too.
    const { Parameter } = await account.aws.ssm.send(new GetParameterCommand({ Name: "/bucketseal/dev/paused" }));
    expect(Parameter?.Value).toMatch(/incident 4711/);

    const off = await account.deploy(["--stage", "dev"], {
      BUCKETSEAL_OBJECTS: "off",
      BUCKETSEAL_MANAGE_NOTIFICATIONS: "off",
    });
    expect(off.code).toBe(0);
    expect(off.text).toMatch(/BUCKETSEAL_OBJECTS +on -> off/);
    expect(await objectRules()).toEqual([]);

    const other = await account.deploy(["--stage", "other"], {});
    expect(other.code).toBe(1);
    expect(other.text).toMatch(/stage dev looks after account 000000000000 in us-east-1 already/);
  }, 180_000);
});

async function objectRules(): Promise<string[]> {
  const { Rules = [] } = await account.aws.events.send(new ListRulesCommand({}));
  const ours = Rules.flatMap(({ Name }) => (Name?.includes("Object") === true ? [Name] : []));
  for (const Name of ours) await account.aws.events.send(new DescribeRuleCommand({ Name }));
  return ours;
}
