import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Aspects, Stack } from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { AwsSolutionsChecks } from "cdk-nag";
import { describe, expect, test } from "vitest";
import { memberTemplate } from "#aws/member/template";
import { templateText } from "#aws/member/template-text";
import { synthesize } from "../../scripts/synthesize.ts";
import { EVERYTHING, ORGANIZATION } from "./everything.ts";
import { misfits, type Statement, unknownActions, unknownKeys } from "./iam-reference.ts";

const hub = { stage: "test", account: "111122223333", settings: ORGANIZATION, manageNotifications: false };
const template = memberTemplate(hub);
const byEventBridge = { Effect: "Allow", Principal: { Service: "events.amazonaws.com" } };

describe("the member template", () => {
  test("is plain CloudFormation under 10 KB, also with a long external id and stage", () => {
    const long = {
      ...ORGANIZATION,
      externalId: "x".repeat(100),
      ous: Array.from({ length: 500 }, () => "ou-ab12-11111111"),
    };
    const text = templateText(memberTemplate({ ...hub, stage: "s".repeat(32), settings: long }));
    expect(text.length).toBeLessThan(10_000);
    expect(JSON.parse(templateText(template))).toEqual(template);
    const [role, longest] = [{ path: `/${"p".repeat(126)}/`, prefix: "x".repeat(40) }, "x".repeat(1_224)];
    const most = memberTemplate({ ...hub, stage: "s".repeat(32), settings: { ...long, role, externalId: longest } });
    expect(templateText(most).length).toBeLessThan(10 * 1024);
    for (const sign of ["Transform", "S3Bucket", "S3Key", "TemplateURL", "BootstrapVersion", "AWS::Lambda"]) {
      expect(text).not.toContain(sign);
    }
  });

  test("makes the role in the home Region only, and forwards everywhere but where the hub is", () => {
    const conditions = Object.entries(template.Resources).map(([id, resource]) => [
      id,
      (resource as { Condition: string }).Condition,
    ]);
    expect(Object.fromEntries(conditions)).toEqual({
      MemberRole: "Home",
      ForwardRule: "Forwards",
      ForwardRole: "Forwards",
      NotForwarded: "Forwards",
      NotForwardedPolicy: "Forwards",
    });
    const is = (name: string, parameter: string) => ({ "Fn::Equals": [{ Ref: name }, { Ref: parameter }] });
    expect(template.Conditions).toMatchObject({
      Home: is("AWS::Region", "HomeRegion"),
      Forwards: { "Fn::Not": [{ "Fn::And": [is("AWS::AccountId", "HubAccount"), is("AWS::Region", "HubRegion")] }] },
    });
  });

  test("has the hub's values as defaults", () => {
    const defaults = Object.fromEntries(
      Object.entries(template.Parameters).map(([name, { Default }]) => [name, Default]),
    );
    expect(defaults).toEqual({
      HubAccount: "111122223333",
      HubRegion: "eu-west-1",
      HubBus: "bucketseal-test",
      HubRolePath: "/bucketseal/",
      HubBucketRole: "bucketseal-test-bucket",
      HubSweepRole: "bucketseal-test-sweep",
      OrganizationId: ORGANIZATION.id,
      ExternalId: ORGANIZATION.externalId,
      HomeRegion: "eu-west-1",
      RolePath: "/bucketseal/",
      RolePrefix: "bucketseal-test-",
      PermissionsBoundary: "",
      ManageNotifications: "off",
    });
    const other = memberTemplate({
      ...hub,
      manageNotifications: true,
      settings: { ...ORGANIZATION, role: { path: "/x/", prefix: "sec-" } },
    });
    expect(other.Parameters).toMatchObject({
      ManageNotifications: { Default: "on" },
      RolePath: { Default: "/x/" },
      RolePrefix: { Default: "sec-" },
    });
    for (const { Default, AllowedPattern } of Object.values(template.Parameters) as {
      Default: string;
      AllowedPattern: string;
    }[]) {
      expect(Default).toMatch(new RegExp(AllowedPattern));
    }
  });
});

describe("the member role", () => {
  const pins = {
    "aws:PrincipalArn": ["HubBucketRole", "HubSweepRole"].map((name) => ({
      "Fn::Sub": `arn:\${AWS::Partition}:iam::\${HubAccount}:role\${HubRolePath}\${${name}}`,
    })),
  };
  const ofTheOrganization = { "aws:PrincipalOrgID": { Ref: "OrganizationId" } };
  const hubs = {
    Effect: "Allow",
    Principal: { AWS: { "Fn::Sub": "arn:$" + "{AWS::Partition}:iam::$" + "{HubAccount}:root" } },
  };

  test("trusts two roles of the hub by name, in the organization, with the external id, and one tag", () => {
    expect(properties("MemberRole").AssumeRolePolicyDocument).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          ...hubs,
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { ...ofTheOrganization, "sts:ExternalId": { Ref: "ExternalId" } },
            ArnEquals: pins,
          },
        },
        {
          ...hubs,
          Action: "sts:TagSession",
          Condition: {
            StringEquals: ofTheOrganization,
            "ForAllValues:StringEquals": { "aws:TagKeys": ["bucketseal:stage"] },
            ArnEquals: pins,
          },
        },
      ],
    });
  });

  test("may do what this list says, and nothing with objects, keys or policies", () => {
    const allowed = statements().flatMap(({ Action }) => Action as string[]);
    expect(allowed).toEqual([
      "s3:ListAllMyBuckets",
      "s3:GetAccountPublicAccessBlock",
      "account:ListRegions",
      "s3:GetEncryptionConfiguration",
      "s3:GetBucketTagging",
      "s3:PutEncryptionConfiguration",
      "s3:GetBucketPolicy",
      "s3:GetBucketPolicyStatus",
      "s3:GetBucketPublicAccessBlock",
      "s3:GetBucketAcl",
      "s3:GetBucketOwnershipControls",
      "s3:GetBucketWebsite",
      "s3:GetReplicationConfiguration",
      "kms:DescribeKey",
      "kms:GetKeyPolicy",
      "kms:ListGrants",
      "s3:GetBucketNotification",
      "s3:PutBucketNotification",
    ]);
    const [last] = (policy().at(-1) as { "Fn::If": unknown[] })["Fn::If"];
    expect(last).toBe("Manages");
  });

  test("is limited to the account's own buckets", () => {
    for (const { Sid, Action, Condition } of statements()) {
      const onBuckets = [Action].flat().some((action) => /^s3:(Get|Put)(?!Account)/.test(action));
      const own = { StringEquals: { "aws:ResourceAccount": { "Fn::Sub": "$" + "{AWS::AccountId}" } } };
      expect([Sid, Condition]).toEqual([Sid, onBuckets ? own : undefined]);
    }
  });

  test("and the forwarding role have the boundary, path and prefix that their owner gives", () => {
    for (const role of ["MemberRole", "ForwardRole"]) {
      expect(properties(role)).toMatchObject({
        Path: { Ref: "RolePath" },
        RoleName: { "Fn::Sub": expect.stringMatching(/^\$\{RolePrefix\}/) },
        PermissionsBoundary: { "Fn::If": ["Bound", { Ref: "PermissionsBoundary" }, { Ref: "AWS::NoValue" }] },
      });
    }
  });

  test("has only actions, keys and resources that AWS knows", async () => {
    const found = [];
    for (const each of [
      ...statements(),
      ...trust("ForwardRole"),
      ...(properties("NotForwardedPolicy").PolicyDocument as { Statement: Statement[] }).Statement,
    ]) {
      const resolved = asArns(each);
      found.push(...(await unknownActions(resolved)), ...(await unknownKeys(resolved)), ...(await misfits(resolved)));
    }
    expect(found).toEqual([]);
    const tagging = trust("MemberRole").map((each) => asArns(each));
    for (const each of tagging) expect([...(await unknownActions(each)), ...(await unknownKeys(each))]).toEqual([]);
  });
});

describe("forwarding", () => {
  test("takes exactly what the hub's rules take, of the own account and Region", async () => {
    const { source, account, region, detail, ...rest } = properties("ForwardRule").EventPattern as Record<
      string,
      unknown
    >;
    expect([source, account, region]).toEqual([
      ["aws.s3", "aws.kms"],
      [{ Ref: "AWS::AccountId" }],
      [{ Ref: "AWS::Region" }],
    ]);
    const rules = await synthesize({ org: ORGANIZATION });
    const [s3, kms] = ["MemberBucketRule", "MemberKeyRule"].map(
      (id) => rules.properties(id).EventPattern as Record<string, never>,
    );
    expect(rest).toEqual({ "detail-type": s3?.["detail-type"] });
    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
    expect(JSON.stringify(properties("ForwardRule").EventPattern).length).toBeLessThan(2048);
    const { $or, errorCode } = detail as { $or: Record<string, unknown>[]; errorCode: unknown };
    expect(errorCode).toEqual([{ exists: false }]);
    const one = (pattern: Record<string, never> | undefined) => pattern?.detail as unknown as Record<string, unknown>;
    const { $or: names, ...kmsRest } = one(kms) as { $or: Record<string, unknown>[] };
    const { errorCode: _, ...buckets } = one(s3);
    const { errorCode: __, ...keys } = kmsRest as Record<string, unknown>;
    expect($or).toEqual([buckets, ...names.map((each) => ({ ...keys, ...each }))]);
  });

  test("goes to the hub's bus by a role that only this rule can use, and to a queue where it fails", () => {
    const bus = {
      "Fn::Sub": "arn:$" + "{AWS::Partition}:events:$" + "{HubRegion}:$" + "{HubAccount}:event-bus/$" + "{HubBus}",
    };
    expect(properties("ForwardRule").Targets).toEqual([
      {
        Id: "hub",
        Arn: bus,
        RoleArn: { "Fn::GetAtt": ["ForwardRole", "Arn"] },
        DeadLetterConfig: { Arn: { "Fn::GetAtt": ["NotForwarded", "Arn"] } },
      },
    ]);
    const fromTheRule = {
      StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
      ArnEquals: {
        "aws:SourceArn": {
          "Fn::Sub":
            "arn:$" + "{AWS::Partition}:events:$" + "{AWS::Region}:$" + "{AWS::AccountId}:rule/bucketseal-test-forward",
        },
      },
    };
    expect(properties("ForwardRule").Name).toBe("bucketseal-test-forward");
    expect(trust("ForwardRole")).toEqual([{ ...byEventBridge, Action: "sts:AssumeRole", Condition: fromTheRule }]);
    expect(properties("ForwardRole").Policies).toEqual([
      {
        PolicyName: "forward",
        PolicyDocument: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: "events:PutEvents", Resource: bus }],
        },
      },
    ]);
    expect(properties("NotForwarded")).toMatchObject({ SqsManagedSseEnabled: true });
    expect(properties("NotForwardedPolicy")).toMatchObject({
      PolicyDocument: {
        Statement: [{ ...byEventBridge, Action: "sqs:SendMessage", Condition: fromTheRule }, { Effect: "Deny" }],
      },
    });
  });
});

test("cdk-nag finds nothing in the member template, nor in a hub with everything", async () => {
  const app = new App();
  const stack = new Stack(app, "Member");
  const file = join(mkdtempSync(join(tmpdir(), "bucketseal-member-")), "member.json");
  writeFileSync(file, templateText(template));
  new CfnInclude(stack, "Template", { templateFile: file });
  const everything = await synthesize({ ...EVERYTHING, org: ORGANIZATION, stackSet: true });
  for (const [of, within] of [
    [app, stack],
    [everything.app, everything.stack],
  ] as const) {
    Aspects.of(of).add(new AwsSolutionsChecks());
    of.synth({ force: true });
    const any = Match.stringLikeRegexp("AwsSolutions-.*");
    const found = [
      ...Annotations.fromStack(within).findError("*", any),
      ...Annotations.fromStack(within).findWarning("*", any),
    ];
    expect(found.map(({ id, entry }) => [id, entry.data])).toEqual([]);
  }
});

// --- internal ---

function properties(id: string): Readonly<Record<string, unknown>> {
  return (template.Resources[id] as { readonly Properties: Readonly<Record<string, unknown>> }).Properties;
}

function policy(): unknown[] {
  const [only] = properties("MemberRole").Policies as [{ PolicyDocument: { Statement: unknown[] } }];
  return only.PolicyDocument.Statement;
}

/** The member role's statements, the conditional one among them. */
function statements(): Statement[] {
  return policy().map((each) => ((each as { "Fn::If"?: unknown[] })["Fn::If"]?.[1] ?? each) as Statement);
}

function trust(role: string): Statement[] {
  return (properties(role).AssumeRolePolicyDocument as { Statement: Statement[] }).Statement;
}

/** A statement with its functions resolved, as AWS would see it. */
function asArns(statement: Statement): Statement {
  const text = JSON.stringify(statement, (_, value: unknown) => {
    if (typeof value !== "object" || value === null) return value;
    if ("Fn::Sub" in value)
      return String(value["Fn::Sub"])
        .replaceAll(/\$\{[^}]*(Partition|Region)\}/g, (_all, name) => (name === "Region" ? "eu-west-1" : "aws"))
        .replaceAll(/\$\{[^}]*\}/g, "111122223333");
    if ("Fn::GetAtt" in value) return "arn:aws:sqs:eu-west-1:111122223333:queue";
    return "Ref" in value ? "111122223333" : value;
  });
  return JSON.parse(text) as Statement;
}
