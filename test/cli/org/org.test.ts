import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { describe, expect, test } from "vitest";
import { memberTemplate } from "#aws/member/template";
import { loadOrg } from "../../../cli/file/org-file.ts";
import { python } from "../../../sandbox/python.ts";
import { wordsOf } from "../../docs/command-line.ts";
import { account, cloud } from "../cloud.ts";
import { deployStage } from "../deploy-stage.ts";
import { runCli, tempFile } from "../run-cli.ts";

const FILE = "examples/org.yaml";
const HUB = ["--stage", "prod", "--file", FILE, "--account", "111122223333"];

interface Step {
  readonly step: string;
  readonly commands: readonly (readonly string[])[];
}

describe("bucketseal org template", () => {
  test("prints the member template of a file, or writes it", async () => {
    const expected = memberTemplate({
      stage: "prod",
      account: "111122223333",
      settings: loadOrg(FILE),
      manageNotifications: false,
    });
    const printed = await runCli(["org", "template", ...HUB]);
    expect(printed).toMatchObject({ code: 0, stderr: "" });
    expect(printed.stdout.length).toBeLessThan(10_000);
    expect(JSON.parse(printed.stdout)).toEqual(expected);
    const out = await tempFile("", "member.json");
    const written = await runCli(["org", "template", ...HUB, "--out", out]);
    expect(written).toMatchObject({ code: 0, stdout: "" });
    expect(await readFile(out, "utf8")).toBe(printed.stdout);
  });

  test.each([
    [["--file", FILE], "--file needs --stage, the name of the stage that is to be the hub"],
    [["--file", FILE, "--stage", "prod"], "--file needs --account, the twelve digits of the account"],
    [["--account", "111122223333"], "--account goes with --file: of a deployed stage the account is known"],
    [["--file", "/no/org.yaml", "--stage", "prod", "--account", "111122223333"], "/no/org.yaml: no such file"],
    [
      ["--file", "examples/policies/simple.yaml", ...HUB.slice(0, 2), ...HUB.slice(4)],
      "simple.yaml:5:1 org is missing; it must be a mapping of",
    ],
  ])("says in one sentence what is missing: %j", async (args, sentence) => {
    const { code, stderr } = await runCli(["org", "template", ...args]);
    expect(code).toBe(1);
    expect(stderr).toContain(sentence);
  });

  const aws = cloud();
  const put = (Name: string, Value: string) =>
    aws.root().ssm.send(new PutParameterCommand({ Name, Value, Type: "String", Overwrite: true }));
  test("reads a deployed stage, and says of one without an organization what to do", async () => {
    const deployment = await deployStage(aws.root(), account, "alone");
    const alone = await aws.run(["org", "template", "--stage", "alone"]);
    expect(alone).toMatchObject({ code: 1 });
    expect(alone.stderr).toContain("stage alone looks after its own account only: deploy it with BUCKETSEAL_ORG=FILE");
    const { id, homeRegion, regions, externalId, ous } = loadOrg(FILE);
    const record = {
      ...deployment,
      org: "on",
      organizationId: id,
      homeRegion,
      regions: regions.join(),
      ous: ous?.join(),
      externalId,
      hubBusArn: `arn:aws:events:eu-west-1:${account}:event-bus/bucketseal-alone`,
      memberRole: "arn:aws:iam::*:role/team/sec-member",
      manageNotifications: "on",
    };
    await put("/bucketseal/alone/deployment", JSON.stringify(record));
    const { code, stdout } = await aws.run(["org", "template", "--stage", "alone"]);
    expect(code).toBe(0);
    const settings = { id, homeRegion, regions, externalId, role: { path: "/team/", prefix: "sec-" } };
    expect(JSON.parse(stdout)).toEqual(
      memberTemplate({ stage: "alone", account, settings, manageNotifications: true }),
    );
    const rolled = await aws.run(["org", "rollout", "--stage", "alone", "--json"]);
    expect(rolled.stdout).toContain("ou-ab12-22222222");
    await put("/bucketseal/alone/deployment", JSON.stringify({ ...record, ous: "40 ous" }));
    expect((await aws.run(["org", "template", "--stage", "alone"])).stdout).toBe(stdout);
    const unit = await aws.run(["org", "rollout", "--stage", "alone", "--ou", "ou-ab12-11111111"]);
    expect(unit).toMatchObject({ code: 0, stderr: "" });
    const many = await aws.run(["org", "rollout", "--stage", "alone"]);
    expect(many.stderr).toContain(
      "stage alone has 40 ous, too many for its record: name the organization's file with --file",
    );

    const closed = await aws.run(["org", "template", "--objects", "--stage", "alone"]);
    expect(closed.stderr).toContain(
      "stage alone lets no object functions in: deploy it with BUCKETSEAL_ORG_OBJECTS=on",
    );
    const planeRoleArn = `arn:aws:iam::${account}:role/bucketseal/bucketseal-alone-plane`;
    const open = { ...record, planeRoleArn, objectCode: "object/1234.zip" };
    await put("/bucketseal/alone/deployment", JSON.stringify(open));
    const objects = await aws.run(["org", "template", "--objects", "--stage", "alone"]);
    expect(objects).toMatchObject({ code: 0, stderr: "" });
    expect(objects.stdout.length).toBeLessThan(51_200);
    expect(JSON.parse(objects.stdout).Parameters).toMatchObject({
      PlaneRole: { Default: planeRoleArn },
      CodeKey: { Default: "object/1234.zip" },
      LedgerTable: { Default: deployment.ledgerTable },
      RolePath: { Default: "/team/" },
      RolePrefix: { Default: "sec-" },
    });
    const planned = await aws.run(["org", "rollout", "--objects", "--stage", "alone", "--json"]);
    expect(planned).toMatchObject({ code: 0, stderr: "" });
    await brings((JSON.parse(planned.stdout) as { steps: Step[] }).steps);
    const ofFile = await aws.run(["org", "template", "--objects", ...HUB]);
    expect(ofFile.stderr).toContain("--objects is for a hub that is deployed: leave out --file and --account");
  });
});

describe("bucketseal org rollout", () => {
  test("prints what a shell runs: the JSON's words, and what upgrades or removes only as comments", async () => {
    const { stdout } = await runCli(["org", "rollout", ...HUB]);
    const live = stdout.replaceAll(/^#.*$/gm, "").replaceAll(/\\\n\s*/g, "");
    const lines = live.split("\n").filter((line) => line !== "");
    const commands = (await steps()).flatMap(({ step, commands }) =>
      ["upgrade", "remove"].includes(step) ? [] : commands,
    );
    // Quotes inside of JSON are the shell's to keep.
    expect(lines.map((line) => wordsOf(line))).toEqual(
      commands.map((words) => words.map((word) => word.replaceAll('"', ""))),
    );
    expect(live).not.toMatch(/delete|update-stack/);
    expect(stdout).toMatch(/^# aws cloudformation delete-stack-set/m);
  });

  test("makes a service-managed set with automatic deployment, the role's Region first", async () => {
    const { enrol = [], "enrol-by-hand": byHand = [], template = [] } = await byStep();
    expect(template).toEqual([
      [
        "bucketseal",
        "org",
        "template",
        ...["--stage", "prod", "--file", FILE, "--account", "111122223333"],
        "--out",
        "bucketseal-prod-member.json",
      ],
    ]);
    const [set, home, others] = enrol;
    expect(set).toEqual(
      expect.arrayContaining([
        "create-stack-set",
        "SERVICE_MANAGED",
        "Enabled=true,RetainStacksOnAccountRemoval=false",
        "Active=true",
        "CAPABILITY_NAMED_IAM",
        "DELEGATED_ADMIN",
        "file://bucketseal-prod-member.json",
      ]),
    );
    expect(givenTo(home, "--regions")).toEqual(["eu-west-1"]);
    expect(givenTo(others, "--regions")).toEqual(["eu-central-1", "us-east-1"]);
    expect(givenTo(home, "--deployment-targets")).toEqual([
      '{"OrganizationalUnitIds":["ou-ab12-11111111","ou-ab12-22222222"]}',
    ]);
    expect(byHand.map((words) => givenTo(words, "--region"))).toEqual([["eu-west-1"], ["eu-central-1"], ["us-east-1"]]);
  });

  test("takes single units, the management account as the caller, and a boundary", async () => {
    const boundary = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    const { enrol = [] } = await byStep("--ou", "r-ab12", "--call-as", "self", "--permissions-boundary", boundary);
    const [set, home] = enrol;
    expect(givenTo(set, "--call-as")).toEqual(["SELF"]);
    expect(JSON.parse(givenTo(set, "--parameters")[0] ?? "")).toContainEqual({
      ParameterKey: "PermissionsBoundary",
      ParameterValue: boundary,
    });
    expect(givenTo(home, "--deployment-targets")).toEqual(['{"OrganizationalUnitIds":["r-ab12"]}']);
  });

  test("rolls out to named accounts only, and then to no others by itself", async () => {
    const file = await ofAccounts();
    const named = ["org", "rollout", "--file", file, "--stage", "prod", "--account", "111122223333"];
    expect((await runCli(named)).stderr).toContain(
      "the organization's file names no units: name them, or the root, with --ou",
    );
    const { stdout } = await runCli([...named, "--ou", "r-ab12", "--json"]);
    const { steps: found } = JSON.parse(stdout) as { steps: Step[] };
    const enrol = found.find(({ step }) => step === "enrol")?.commands ?? [];
    expect(givenTo(enrol[0], "--auto-deployment")).toEqual(["Enabled=false"]);
    expect(givenTo(enrol[1], "--deployment-targets")).toEqual([
      '{"OrganizationalUnitIds":["r-ab12"],"Accounts":["111122223333"],"AccountFilterType":"INTERSECTION"}',
    ]);
    expect(enrol).toHaveLength(2);
    expect(await faults(found.flatMap(({ commands }) => commands).filter(([program]) => program === "aws"))).toEqual(
      [],
    );
  });

  test.each([
    [["--ou", "payments"], '--ou takes ids of units or of the root, such as ou-ab12-11111111, not "payments"'],
    [["--call-as", "root"], '--call-as is self or delegated-admin, not "root"'],
    [["--permissions-boundary", "x"], '--permissions-boundary takes the ARN of a policy, not "x"'],
  ])("refuses %j", async (args, sentence) => {
    expect(await runCli(["org", "rollout", ...HUB, ...args])).toMatchObject({
      code: 1,
      stderr: `bucketseal: ${sentence}\n`,
    });
  });

  test("prints commands that exist, with options of the right shape, by AWS's own models", async () => {
    const commands = (await steps()).flatMap((each) => each.commands).filter(([program]) => program === "aws");
    expect(commands.length).toBeGreaterThan(15);
    expect(await faults(commands)).toEqual([]);
  });

  test("and what does not exist is found", async () => {
    const wrong = [
      ["aws", "cloudformation", "create-stack-sets"],
      ["aws", "cloudformation", "create-stack-set", "--stack-set-name", "a", "--managed-executions", "Active=true"],
      [
        "aws",
        "cloudformation",
        "create-stack-set",
        "--stack-set-name",
        "a",
        "--managed-execution",
        "Active=maybe",
        "--call-as",
        "ROOT",
      ],
      [
        "aws",
        "cloudformation",
        "create-stack-instances",
        "--stack-set-name",
        "a",
        "--deployment-targets",
        '{"Units":[]}',
      ],
    ];
    const found = (await faults(wrong)).join("\n");
    for (const each of [
      "no operation",
      "no option --managed-executions",
      "Invalid type for parameter ManagedExecution.Active",
      "ROOT is none of",
      'Missing required parameter in input: "Regions"',
      "Unknown parameter in DeploymentTargets",
    ]) {
      expect(found).toContain(each);
    }
  });
});

// --- internal ---

/** Whether the steps bring the object function to members of all Regions, its code first. */
async function brings(found: readonly Step[]): Promise<void> {
  expect(found.map(({ step }) => step)).toEqual(["template", "code", "enrol", "enrol-by-hand", "upgrade", "remove"]);
  expect(await faults(found.flatMap(({ commands }) => commands).filter(([program]) => program === "aws"))).toEqual([]);
  const of = (step: string) => found.find((each) => each.step === step)?.commands ?? [];
  const bucket = (region: string) => `bucketseal-code-alone-${account}-${region}`;
  const source = `${bucket("eu-west-1")}/object/1234.zip`;
  const copies = of("code").filter((words) => words.includes("copy-object"));
  expect(
    copies.map((words) => ["--region", "--bucket", "--copy-source"].map((name) => givenTo(words, name)[0])),
  ).toEqual(["eu-central-1", "us-east-1"].map((region) => [region, bucket(region), source]));
  // A bucket of that name may be somebody else's.
  const [calls, owned] = [of("code"), [...of("code"), ...of("upgrade"), ...of("remove")]];
  for (const words of owned.filter((each) => each.includes("s3api") && !each.includes("create-bucket"))) {
    expect(givenTo(words, "--expected-bucket-owner")).toEqual([account]);
  }
  expect(calls.filter((words) => words.includes("create-bucket")).map((words) => words.slice(-4))).toEqual([
    ["--create-bucket-configuration", "LocationConstraint=eu-central-1", "--region", "eu-central-1"],
    ["--bucket", bucket("us-east-1"), "--region", "us-east-1"],
  ]);
  const policy = JSON.parse(givenTo(calls[2], "--policy")[0] ?? "{}") as { Statement: object[] };
  expect(policy.Statement).toMatchObject([
    {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `arn:aws:s3:::${bucket("eu-central-1")}/object/*`,
      Condition: { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } },
    },
    { Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } },
  ]);
  const [set, instances] = of("enrol");
  expect(JSON.parse(givenTo(set, "--parameters")[0] ?? "")).toContainEqual({
    ParameterKey: "CodeKey",
    ParameterValue: "object/1234.zip",
  });
  expect(givenTo(instances, "--regions")).toEqual(["eu-west-1", "eu-central-1", "us-east-1"]);
  expect(JSON.parse(givenTo(instances, "--deployment-targets")[0] ?? "")).toMatchObject({
    Accounts: [account],
    AccountFilterType: "DIFFERENCE",
  });
  expect(of("upgrade").filter((words) => words.includes("copy-object"))).toEqual(copies);
}

async function steps(...args: readonly string[]): Promise<Step[]> {
  const { stdout } = await runCli(["org", "rollout", ...HUB, ...args, "--json"]);
  return (JSON.parse(stdout) as { steps: Step[] }).steps;
}

async function byStep(...args: readonly string[]): Promise<Readonly<Record<string, Step["commands"]>>> {
  return Object.fromEntries((await steps(...args)).map(({ step, commands }) => [step, commands]));
}

/** The words between an option and the next one. */
function givenTo(words: readonly string[] = [], option: string): readonly string[] {
  const rest = words.slice(words.indexOf(option) + 1);
  const end = rest.findIndex((word) => word.startsWith("--"));
  return end < 0 ? rest : rest.slice(0, end);
}

function ofAccounts(): Promise<string> {
  const org = {
    id: "o-a1b2c3d4e5",
    homeRegion: "eu-west-1",
    regions: ["eu-west-1"],
    externalId: "0123456789abcdef",
    accounts: ["111122223333"],
  };
  return tempFile(JSON.stringify({ org }), "org.json");
}

/** What botocore finds wrong with command lines of the AWS CLI. */
async function faults(commands: readonly (readonly string[])[]): Promise<string[]> {
  const run = await python();
  return new Promise((resolve, reject) => {
    const child = execFile(run, [join(import.meta.dirname, "../../support/aws_cli.py")], (error, stdout, stderr) =>
      error === null ? resolve(JSON.parse(stdout) as string[]) : reject(new Error(stderr, { cause: error })),
    );
    child.stdin?.end(JSON.stringify(commands));
  });
}
