import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { DescribeRuleCommand, ListRulesCommand } from "@aws-sdk/client-eventbridge";
import { ListQueuesCommand } from "@aws-sdk/client-sqs";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { command } from "../../sandbox/command.ts";
import { type LocalAws, startLocalAws } from "../../sandbox/local-aws.ts";
import { locked } from "../../sandbox/lock.ts";
import { type Clients, clients } from "../support/local-aws/clients.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const REGION = "us-east-1";
let local: LocalAws;
let aws: Clients;

beforeAll(async () => {
  local = await startLocalAws({});
  aws = clients({ endpoint: local.endpoint, credentials: { accessKeyId: "test", secretAccessKey: "test" } });
  await command("cdk", ["bootstrap", `aws://000000000000/${REGION}`], { cwd: root, env: environment({}) });
}, 120_000);
afterAll(async () => await local?.stop());

describe("npm run deploy refuses, exits with 1 and changes nothing", () => {
  test.each([
    ["no stage", [], {}, /name the stage/],
    ["a stage name that is none", ["--stage", "my stage"], {}, /"my stage" is not a stage name/],
    ["an unknown flag", ["--stage", "dev", "--force"], {}, /--force/],
    [
      "an option with a wrong value",
      ["--stage", "dev"],
      { BUCKETSEAL_TRAIL: "nonsense" },
      /BUCKETSEAL_TRAIL is "nonsense"/,
    ],
    ["a wrong address", ["--stage", "dev"], { BUCKETSEAL_ALERT_EMAIL: "foo" }, /"foo", which is not an email address/],
    [
      "options that contradict each other",
      ["--stage", "dev"],
      { BUCKETSEAL_OBJECTS: "off", BUCKETSEAL_COPY: "on" },
      /BUCKETSEAL_OBJECTS is off/,
    ],
    ["no credentials", ["--stage", "dev"], { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" }, /no AWS credentials/],
    ["an unknown profile", ["--stage", "dev", "--profile", "nope"], {}, /profile "nope" gives no credentials/],
    [
      "an endpoint that is down",
      ["--stage", "dev"],
      { AWS_ENDPOINT_URL: "http://127.0.0.1:1" },
      /cannot reach the endpoint/,
    ],
  ] as const)("%s", async (_, args, env, sentence) => {
    const { code, text } = await deploy(args, env);
    expect(code).toBe(1);
    expect(text).toMatch(sentence);
    expect(text).not.toMatch(/\n\s+at /);
    expect((await aws.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  });

  test("a first deployment that fails: with the cause, and nothing is left", async () => {
    const { code, text } = await deploy(["--stage", "bad"], { BUCKETSEAL_TRAIL: "create" });
    expect(code).toBe(1);
    expect(text).toMatch(/nothing was deployed/);
    expect(text).toMatch(/AWS::CloudTrail::Trail/);
    expect((await aws.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    expect((await aws.sqs.send(new ListQueuesCommand({}))).QueueUrls ?? []).toEqual([]);
  }, 60_000);
});

describe("npm run deploy", () => {
  test("deploys, remembers options, lifts no pause, and refuses a second stage", async () => {
    const first = await deploy(["--stage", "dev"], { BUCKETSEAL_OBJECTS: "on", BUCKETSEAL_MANAGE_NOTIFICATIONS: "on" });
    expect(first.text).toMatch(/deployed stage dev/);
    expect(first.code).toBe(0);
    expect(await objectRules()).toHaveLength(2);
    const tables = (await aws.dynamodb.send(new ListTablesCommand({}))).TableNames;
    await cli("pause", "--reason", "incident 4711");

    const second = await deploy(["--stage", "dev"], {});
    expect(second.code).toBe(0);
    expect(second.text).toMatch(/BUCKETSEAL_MANAGE_NOTIFICATIONS +on +\(remembered\)/);
    expect(second.text).toMatch(/paused +writes are paused: .*incident 4711/);
    expect(await objectRules()).toHaveLength(2);
    expect((await aws.dynamodb.send(new ListTablesCommand({}))).TableNames).toEqual(tables);
    await expect(cli("status")).rejects.toThrow(/PAUSED|paused: by .*incident 4711/);

    // A template that touches the switch puts its own value there: the pause must survive that too.
    const { Parameter } = await aws.ssm.send(new GetParameterCommand({ Name: "/bucketseal/dev/paused" }));
    expect(Parameter?.Value).toMatch(/incident 4711/);

    const off = await deploy(["--stage", "dev"], { BUCKETSEAL_OBJECTS: "off", BUCKETSEAL_MANAGE_NOTIFICATIONS: "off" });
    expect(off.code).toBe(0);
    expect(off.text).toMatch(/BUCKETSEAL_OBJECTS +on -> off/);
    expect(await objectRules()).toEqual([]);

    const other = await deploy(["--stage", "other"], {});
    expect(other.code).toBe(1);
    expect(other.text).toMatch(/stage dev looks after account 000000000000 in us-east-1 already/);
  }, 180_000);
});

async function objectRules(): Promise<string[]> {
  const { Rules = [] } = await aws.events.send(new ListRulesCommand({}));
  const ours = Rules.flatMap(({ Name }) => (Name?.includes("Object") === true ? [Name] : []));
  for (const Name of ours) await aws.events.send(new DescribeRuleCommand({ Name }));
  return ours;
}

function environment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS|SST|CDK|BUCKETSEAL)_/.test(name));
  return {
    ...Object.fromEntries(inherited),
    PATH: `${join(root, "node_modules", ".bin")}:${process.env.PATH}`,
    AWS_ENDPOINT_URL: local.endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: REGION,
    AWS_EC2_METADATA_DISABLED: "true",
    CI: "true",
    NO_COLOR: "1",
    ...env,
  };
}

/** SST and the bundles write into the repository, so deployments take turns. */
function deploy(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly text: string }> {
  return locked(join(root, ".sandbox", "deploy.lock"), async () => {
    const child = spawn(process.execPath, ["scripts/deploy/main.ts", ...args], { cwd: root, env: environment(env) });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
    return await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? 1, text }));
    });
  });
}

function cli(...args: string[]): Promise<string> {
  return command(process.execPath, ["cli/main.ts", ...args], { cwd: root, env: environment({}) });
}
