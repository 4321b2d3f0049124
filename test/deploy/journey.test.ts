import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

    // An organization comes and goes: the functions' roles get names, and lose them again.
    const org = { id: "o-a1b2c3d4e5", homeRegion: "us-east-1", regions: ["us-east-1"], externalId: "0123456789abcdef" };
    const file = join(await mkdtemp(join(tmpdir(), "bucketseal-journey-")), "org.json");
    await writeFile(file, JSON.stringify({ org }));
    const hub = await account.deploy(["--stage", "dev"], { BUCKETSEAL_ORG: file });
    expect(hub.text).toMatch(/BUCKETSEAL_ORG +\(default\) -> o-a1b2c3d4e5 from us-east-1/);
    expect(hub.code).toBe(0);
    await rm(file);
    const remembered = await account.deploy(["--stage", "dev"], {});
    expect(remembered.text).toMatch(
      /BUCKETSEAL_ORG +o-a1b2c3d4e5 from us-east-1, us-east-1: all accounts +\(remembered\)/,
    );
    expect(remembered.code).toBe(0);
    expect(await record()).toMatchObject({
      org: "on",
      memberRole: "arn:aws:iam::*:role/bucketseal/bucketseal-dev-member",
    });
    const alone = await account.deploy(["--stage", "dev"], { BUCKETSEAL_ORG: "none" });
    expect(alone.text).toMatch(/BUCKETSEAL_ORG +o-a1b2c3d4e5 from us-east-1.* -> none/);
    expect(alone.code).toBe(0);
    expect(await record()).not.toHaveProperty("org");

    const other = await account.deploy(["--stage", "other"], {});
    expect(other.code).toBe(1);
    expect(other.text).toMatch(/stage dev looks after account 000000000000 in us-east-1 already/);
  }, 400_000);
});

async function record(): Promise<object> {
  const { Parameter } = await account.aws.ssm.send(new GetParameterCommand({ Name: "/bucketseal/dev/deployment" }));
  return JSON.parse(Parameter?.Value ?? "{}") as object;
}

async function objectRules(): Promise<string[]> {
  const { Rules = [] } = await account.aws.events.send(new ListRulesCommand({}));
  const ours = Rules.flatMap(({ Name }) => (Name?.includes("Object") === true ? [Name] : []));
  for (const Name of ours) await account.aws.events.send(new DescribeRuleCommand({ Name }));
  return ours;
}
