import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { memberTemplate } from "#aws/member/template";
import { keyCalls, watchedCalls } from "#core/event/calls";
import { deploymentSchema } from "#core/stage/deployment";
import { type Hub, synthesize } from "../../scripts/synthesize.ts";
import { options } from "../../stacks/options.ts";
import { withOrgText } from "../../stacks/org/options.ts";
import { ORGANIZATION } from "./everything.ts";

const ROLE = "arn:aws:iam::*:role/bucketseal/bucketseal-test-member";

let plain: Hub;
let hub: Hub;
beforeAll(async () => {
  plain = await synthesize();
  hub = await synthesize({ org: ORGANIZATION });
});

describe("without an organization", () => {
  test("nothing of it is there: no bus, no name of a role, no right to act elsewhere, no variable", () => {
    expect(plain.ofType("AWS::Events::EventBus")).toEqual([]);
    const text = JSON.stringify(plain.template);
    for (const sign of ["sts:TagSession", "PrincipalOrgID", "ResourceOrgID", "RoleName", '"ORG"', "StackSet"]) {
      expect(text).not.toContain(sign);
    }
    expect(Object.keys(plain.outputs)).not.toContain("org");
  });

  test("everything else is as with one: it only adds", () => {
    const added = Object.keys(hub.resources).filter((id) => !(id in plain.resources));
    expect(added.sort()).toEqual([
      "HubBus",
      "HubBusPolicy",
      "MemberBucketRule",
      "MemberKeyRule",
      "MemberRuleAlarm",
      "SweepMemberRuleAlarm",
    ]);
    const changed = Object.keys(plain.resources).filter(
      (id) => JSON.stringify(hub.resources[id]) !== JSON.stringify(plain.resources[id]),
    );
    expect(changed.sort()).toEqual(CHANGED);
  });
});

describe("the hub's event bus", () => {
  test("takes PutEvents from the organization, and from nobody else", () => {
    expect(hub.properties("HubBus")).toMatchObject({ Name: "bucketseal-test" });
    expect(hub.ofType("AWS::Events::EventBusPolicy")).toEqual(["HubBusPolicy"]);
    expect(hub.properties("HubBusPolicy")).toEqual({
      EventBusName: "HubBus",
      StatementId: "MembersMayPutEvents",
      Statement: {
        Effect: "Allow",
        Principal: "*",
        Action: "events:PutEvents",
        Resource: "HubBus.Arn",
        Condition: { StringEquals: { "aws:PrincipalOrgID": ORGANIZATION.id } },
      },
    });
  });

  test.each([
    ["MemberRuleAlarm", "buckets"],
    ["SweepMemberRuleAlarm", "keys"],
  ])("has %s, on the metrics of a rule of that bus", (alarm, about) => {
    expect(hub.properties(alarm)).toMatchObject({
      MetricName: "FailedInvocations",
      Dimensions: [
        { Name: "EventBusName", Value: "HubBus" },
        { Name: "RuleName", Value: `bucketseal-test-members-${about}` },
      ],
    });
  });

  test.each([
    ["MemberBucketRule", "aws.s3", "BucketRule", "BucketEvents", "BucketUndelivered"],
    ["MemberKeyRule", "aws.kms", "KeyRule", "SweepEvents", "SweepUndelivered"],
  ])(
    "has %s for events of %s, which takes what %s takes, of every account in the Regions",
    (id, source, own, to, else_) => {
      const { EventBusName, EventPattern, Targets } = hub.properties(id) as Record<string, unknown>;
      expect(EventBusName).toBe("HubBus");
      const { account, region, ...same } = hub.properties(own).EventPattern as Record<string, unknown>;
      expect([account, region]).toEqual([["111122223333"], ["eu-west-1"]]);
      expect(EventPattern).toEqual({ ...same, region: ORGANIZATION.regions, source: [source] });
      expect(Targets).toEqual([{ Id: "Target0", Arn: `${to}.Arn`, DeadLetterConfig: { Arn: `${else_}.Arn` } }]);
    },
  );

  test("has patterns that EventBridge takes, with every Region that there is", async () => {
    const all = Array.from({ length: 40 }, (_, n) => `ap-southeast-${n + 1}`);
    const wide = await synthesize({ org: { ...ORGANIZATION, regions: ["eu-west-1", ...all] } });
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
    for (const id of ["MemberBucketRule", "MemberKeyRule"]) {
      expect(JSON.stringify(wide.properties(id).EventPattern).length).toBeLessThan(2048);
    }
    expect([watchedCalls.length, keyCalls.length].every((length) => length > 5)).toBe(true);
  });

  test.each([
    ["BucketEvents", ["BucketRule.Arn", "MemberBucketRule.Arn"]],
    ["BucketUndelivered", ["BucketRule.Arn", "MemberBucketRule.Arn"]],
    ["SweepEvents", ["KeyRule.Arn", "MemberKeyRule.Arn"]],
    ["SweepUndelivered", ["KeyRule.Arn", "MemberKeyRule.Arn"]],
  ])("reaches %s by its own rule: the queue refuses every other", (queue, rules) => {
    const { Statement } = hub.properties(`${queue}Policy`).PolicyDocument as { Statement: Record<string, unknown>[] };
    const denied = Statement.find(({ Sid }) => Sid === "NobodyElseSends");
    expect(denied?.Condition).toMatchObject({ ArnNotEquals: { "aws:SourceArn": rules } });
    const allowed = Statement.filter(({ Effect }) => Effect === "Allow").map(({ Condition }) => Condition);
    expect(allowed).toEqual(expect.arrayContaining(rules.map((rule) => ({ ArnEquals: { "aws:SourceArn": rule } }))));
    expect(allowed).toHaveLength(rules.length);
  });
});

describe("the hub's functions", () => {
  test.each(["bucket", "object", "sweep"])("%s has a role whose name members pin", (name) => {
    const id = `${name[0]?.toUpperCase()}${name.slice(1)}Function`;
    expect(hub.properties(`${id}Role`)).toMatchObject({ Path: "/bucketseal/", RoleName: `bucketseal-test-${name}` });
    expect(hub.properties(id)).toMatchObject({ Environment: { Variables: { ORG: "on" } } });
  });

  test("that act in members may assume exactly the member role, in accounts of the organization", () => {
    const who = hub.ofType("AWS::IAM::ManagedPolicy").filter((id) => statement(id, "ActInMembers") !== undefined);
    expect(who).toEqual(["BucketFunctionRolePolicy", "SweepFunctionRolePolicy"]);
    for (const id of who) {
      expect(statement(id, "ActInMembers")).toEqual({
        Sid: "ActInMembers",
        Effect: "Allow",
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Resource: ROLE,
        Condition: { StringEquals: { "aws:ResourceOrgID": ORGANIZATION.id } },
      });
    }
  });

  test("ask for the tags of an account where they look at its buckets, the object function of its own only", () => {
    const accounts = (whose: string) => ({
      Action: "organizations:ListTagsForResource",
      Resource: `arn:AWS::Partition:organizations::*:account/${ORGANIZATION.id}/${whose}`,
    });
    expect(statement("BucketFunctionRolePolicy", "TagsOfAccounts")).toMatchObject(accounts("*"));
    expect(statement("ObjectFunctionRolePolicy", "TagsOfAccounts")).toMatchObject(accounts("111122223333"));
    expect(statement("SweepFunctionRolePolicy", "TagsOfAccounts")).toBeUndefined();
    expect(JSON.stringify(plain.template)).not.toContain("organizations:ListTagsForResource");
  });

  test("ask Organizations for accounts: only the sweep", () => {
    expect(statement("SweepFunctionRolePolicy", "ListAccounts")).toMatchObject({ Resource: "*" });
    expect(statement("BucketFunctionRolePolicy", "ListAccounts")).toBeUndefined();
    expect(statement("SweepFunctionRolePolicy", "KnowAccounts")).toMatchObject({
      Action: "organizations:DescribeAccount",
    });
  });

  test("find the settings beside their bundles, the policy function does not", () => {
    const assets = readdirSync(hub.app.outdir, { recursive: true, encoding: "utf8" });
    const bundles = assets.filter((each) => each.endsWith("org.json"));
    expect(bundles).toHaveLength(3);
    for (const each of bundles) {
      expect(JSON.parse(readFileSync(join(hub.app.outdir, each), "utf8"))).toEqual({
        stage: "test",
        org: ORGANIZATION,
      });
      expect(assets).toContain(each.replace("org.json", "index.mjs"));
    }
    expect(hub.properties("PolicyFunction")).not.toMatchObject({ Environment: { Variables: { ORG: "on" } } });
  });
});

describe("the option to roll the member template out", () => {
  test("makes a service-managed StackSet of exactly what is printed, for the units and the Regions", async () => {
    const rolled = await synthesize({ org: ORGANIZATION, stackSet: true });
    expect(Object.keys(rolled.resources).filter((id) => !(id in hub.resources))).toEqual(["Members"]);
    const hubs = { stage: "test", account: "111122223333", settings: ORGANIZATION, manageNotifications: false };
    const { TemplateBody, ...rest } = rolled.properties("Members");
    expect(JSON.parse(TemplateBody as string)).toEqual(memberTemplate(hubs));
    expect(rest).toMatchObject({
      StackSetName: "bucketseal-test-member",
      PermissionModel: "SERVICE_MANAGED",
      CallAs: "DELEGATED_ADMIN",
      AutoDeployment: { Enabled: true, RetainStacksOnAccountRemoval: false },
      Capabilities: ["CAPABILITY_NAMED_IAM"],
      ManagedExecution: { Active: true },
      StackInstancesGroup: [
        { DeploymentTargets: { OrganizationalUnitIds: ["ou-ab12-11111111"] }, Regions: ["eu-west-1", "us-east-1"] },
      ],
    });
  });

  test.each([
    [{ BUCKETSEAL_ORG_STACKSET: "yes" }, 'BUCKETSEAL_ORG_STACKSET is "yes"; expected off (the default) or on'],
    [
      { BUCKETSEAL_ORG_STACKSET: "on" },
      "BUCKETSEAL_ORG_STACKSET is on, and BUCKETSEAL_ORG names no units to roll out to",
    ],
  ])("is refused in one sentence when it is %j", (environment, sentence) => {
    expect(() => options(environment)).toThrow(sentence);
  });
});

describe("the deployment's record", () => {
  test("has what people need to act in members, and fits a parameter", () => {
    const read = deploymentSchema.parse(asDeployed(hub.outputs));
    expect(read).toMatchObject({
      org: "on",
      organizationId: ORGANIZATION.id,
      homeRegion: "eu-west-1",
      regions: "eu-west-1,us-east-1",
      ous: "ou-ab12-11111111",
      externalId: ORGANIZATION.externalId,
      memberRole: ROLE,
      manageNotifications: "off",
      memberBucketRule: "bucketseal-test-members-buckets",
      memberKeyRule: "bucketseal-test-members-keys",
    });
    expect(read).not.toHaveProperty("accounts");
    expect(JSON.stringify(asDeployed(hub.outputs)).length).toBeLessThan(4096);
  });
});

describe("the option", () => {
  const file = (text: string) => {
    const path = join(mkdtempSync(join(tmpdir(), "bucketseal-org-")), "org.yaml");
    writeFileSync(path, text);
    return path;
  };

  test("is the name of a file, or what was remembered of it; none takes it back", () => {
    const { org } = options({ BUCKETSEAL_ORG: "examples/org.yaml" });
    expect(org).toMatchObject({ id: "o-a1b2c3d4e5", homeRegion: "eu-west-1" });
    const remembered = withOrgText({ BUCKETSEAL_ORG: "examples/org.yaml" }).BUCKETSEAL_ORG ?? "";
    expect(remembered.startsWith('{"id":"o-a1b2c3d4e5"')).toBe(true);
    expect(options({ BUCKETSEAL_ORG: remembered }).org).toEqual(org);
    expect(withOrgText({ BUCKETSEAL_ORG: remembered }).BUCKETSEAL_ORG).toBe(remembered);
    expect(options({ BUCKETSEAL_ORG: "none" }).org).toBeNull();
    expect(options({})).toMatchObject({ org: null, stackSet: false });
  });

  test.each([
    ["no file", "/no/such/org.yaml", "BUCKETSEAL_ORG: /no/such/org.yaml: no such file; name a file with"],
    ["an empty name", "", 'BUCKETSEAL_ORG is ""; name the organization\'s file, or none'],
    ["broken text", '{"id": "o-a1b2c3d4e5"}', "BUCKETSEAL_ORG: text:1:1 homeRegion is missing"],
  ])("is refused when it is %s", (_, value, sentence) => {
    expect(() => options({ BUCKETSEAL_ORG: value })).toThrow(sentence);
  });

  test.each([
    [
      "org:\n  id: wrong\n  homeRegion: eu-west-1\n  regions: [eu-west-1]\n  externalId: 0123456789abcdef\n",
      /org\.yaml:2:7 id must be the organization's id, such as o-a1b2c3d4e5, not "wrong"$/,
    ],
    [
      "org:\n  id: o-a1b2c3d4e5\n\thomeRegion: x\n",
      /org\.yaml:3:1 not valid YAML: a tab indents this line; use spaces$/m,
    ],
    ["organisation: {}\n", /org\.yaml:1:1 org is missing; it must be a mapping/],
  ])("is refused with line, column, what and how where the file says %j", (text, sentence) => {
    expect(() => options({ BUCKETSEAL_ORG: file(text) })).toThrow(sentence);
  });

  test("is refused with a sentence for each fault", () => {
    const path = file(
      "org:\n  id: wrong\n  homeRegion: eu-west-1\n  regions: [eu-west-1, Ireland]\n  externalId: short\n",
    );
    try {
      options({ BUCKETSEAL_ORG: path });
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message.split("\n").map((line) => /org\.yaml:(\d+):/.exec(line)?.[1])).toEqual([
        "2",
        "4",
        "5",
      ]);
    }
  });

  test("is refused in another Region than its home", async () => {
    await expect(synthesize({ org: ORGANIZATION }, "us-east-1")).rejects.toThrow(
      "BUCKETSEAL_ORG says homeRegion eu-west-1, and this is us-east-1: deploy there, or change the file",
    );
  });
});

// --- internal ---

/** What gets a name, a variable, a right or a rule more. */
const CHANGED = [
  "BucketEventsPolicy",
  "BucketFunction",
  "BucketFunctionRole",
  "BucketFunctionRolePolicy",
  "BucketUndeliveredPolicy",
  "Deployment",
  "ObjectFunction",
  "ObjectFunctionRole",
  "ObjectFunctionRolePolicy",
  "SweepEventsPolicy",
  "SweepFunction",
  "SweepFunctionRole",
  "SweepFunctionRolePolicy",
  "SweepUndeliveredPolicy",
];

function statement(policy: string, sid: string): Record<string, unknown> | undefined {
  const { Statement } = hub.properties(policy).PolicyDocument as { Statement: Record<string, unknown>[] };
  return Statement.find(({ Sid }) => Sid === sid);
}

/** The outputs with values as long as AWS's in the place of references. */
function asDeployed(outputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [name, value.includes("${Token[") ? resolved(name) : value]),
  );
}

function resolved(name: string): string {
  const id = `prod-bucketseal-Hub-${name}-1A2B3C4D5E6F7`.slice(0, 60);
  if (name.endsWith("RoleArn")) return `arn:aws:iam::111122223333:role/bucketseal/${id}`;
  if (name.endsWith("Url")) return `https://sqs.eu-west-1.amazonaws.com/111122223333/${id}`;
  if (name === "hubBusArn") return "arn:aws:events:eu-west-1:111122223333:event-bus/bucketseal-test";
  if (name === "pauseParameter") return "/bucketseal/test/writes";
  if (name.endsWith("opicArn")) return `arn:aws:sns:eu-west-1:111122223333:${id}`;
  return id;
}
