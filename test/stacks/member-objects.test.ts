import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Aspects, Stack } from "aws-cdk-lib";
import { Annotations, Match } from "aws-cdk-lib/assertions";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { AwsSolutionsChecks } from "cdk-nag";
import { beforeAll, describe, expect, test } from "vitest";
import { memberObjectPermissions } from "#aws/member/objects/permissions";
import { objectsTemplate } from "#aws/member/objects/template";
import { templateText } from "#aws/member/template-text";
import type { Hub } from "../../scripts/synthesize.ts";
import { synthesize } from "../../scripts/synthesize.ts";
import { orgOptions } from "../../stacks/org/options.ts";
import { ORGANIZATION, PLANE } from "./everything.ts";
import { unknownActions, unknownKeys } from "./iam-reference.ts";

const template = objectsTemplate(PLANE);
let hub: Hub;

beforeAll(async () => {
  hub = await synthesize({ org: ORGANIZATION, objectPlane: true });
});

describe("the object plane's template", () => {
  test("is plain CloudFormation that a request takes, the same rules and settings as in the hub", () => {
    const text = templateText(template);
    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    expect(text.length).toBeLessThan(51_200);
    expect(JSON.parse(text)).toEqual(template);
    for (const [member, stack] of [
      ["CreatedRule", "ObjectCreatedRule"],
      ["CalledRule", "ObjectCalledRule"],
    ] as const) {
      const { account: _, region: __, ...pattern } = properties(member).EventPattern as Record<string, unknown>;
      expect(hub.properties(stack).EventPattern).toMatchObject(pattern);
    }
    const names = (environment: unknown) => Object.keys((environment as { Variables: object }).Variables);
    const own = ["HUB_REGION", "PLANE_ROLE_ARN"];
    expect(
      names(properties("ObjectFunction").Environment)
        .filter((name) => !own.includes(name))
        .sort(),
    ).toEqual(
      names(hub.properties("ObjectFunction").Environment)
        .filter((name) => name !== "ORG")
        .sort(),
    );
    const same = ["Timeout", "MemorySize", "Handler", "Runtime", "Architectures", "RecursiveLoop"];
    for (const name of same) expect(properties("ObjectFunction")[name]).toEqual(hub.properties("ObjectFunction")[name]);
  });

  test("gives its role what the hub's object function has there, and one role of the hub", async () => {
    const actions = (each: readonly { readonly actions: readonly string[] }[]) => each.flatMap((one) => one.actions);
    const ofTheHub = JSON.stringify(hub.resources);
    const own = ["sts:AssumeRole", "sts:TagSession"];
    for (const action of actions(memberObjectPermissions())) {
      if (!own.includes(action)) expect(ofTheHub).toContain(`"${action}"`);
      expect(action).not.toMatch(/^(dynamodb|sns|ssm|organizations):|\*/);
    }
    const [{ PolicyDocument }] = properties("ObjectRole").Policies as [{ PolicyDocument: { Statement: Statement[] } }];
    const reaching = PolicyDocument.Statement.filter(({ Action }) =>
      [Action].flat().some((name) => own.includes(name)),
    );
    expect(reaching.map(({ Resource }) => Resource)).toEqual([[{ "Fn::Sub": `\${PlaneRole}` }]]);
    expect(properties("ObjectRole")).toMatchObject({
      Path: { Ref: "RolePath" },
      RoleName: { "Fn::Sub": `\${RolePrefix}obj-\${AWS::Region}` },
      PermissionsBoundary: { "Fn::If": ["Bound", { Ref: "PermissionsBoundary" }, { Ref: "AWS::NoValue" }] },
    });
    const found = [];
    for (const { actions: Action, conditions: Condition = {} } of memberObjectPermissions()) {
      const statement = { Effect: "Allow", Action: [...Action], Resource: "*", Condition };
      found.push(...(await unknownActions(statement as never)), ...(await unknownKeys(statement as never)));
    }
    expect(found).toEqual([]);
  });

  test("has only what cdk-nag accepts", () => {
    const app = new App();
    const stack = new Stack(app, "Objects");
    const file = join(mkdtempSync(join(tmpdir(), "bucketseal-objects-")), "objects.json");
    writeFileSync(file, templateText(template));
    new CfnInclude(stack, "Template", { templateFile: file });
    for (const [of, within] of [
      [app, stack],
      [hub.app, hub.stack],
    ] as const) {
      Aspects.of(of).add(new AwsSolutionsChecks());
      of.synth({ force: true });
      const any = Match.stringLikeRegexp("AwsSolutions-.*");
      const { fromStack } = Annotations;
      const found = [...fromStack(within).findError("*", any), ...fromStack(within).findWarning("*", any)];
      expect(found.map(({ id, entry }) => [id, entry.data])).toEqual([]);
    }
  });
});

describe("a hub with an object plane", () => {
  test("lets in object functions' roles of the organization, each for its own account", () => {
    const condition = {
      StringEquals: {
        "aws:PrincipalOrgID": ORGANIZATION.id,
        "aws:RequestTag/bucketseal-account": `\${aws:PrincipalAccount}`,
      },
      ArnLike: { "aws:PrincipalArn": expect.stringMatching(/:iam::\*:role\/bucketseal\/bucketseal-test-obj-\*$/) },
      "ForAllValues:StringEquals": { "aws:TagKeys": ["bucketseal-account"] },
    };
    const { AssumeRolePolicyDocument } = hub.properties("PlaneRole");
    const { Statement } = AssumeRolePolicyDocument as { Statement: Statement[] };
    expect(Statement.flatMap(({ Action }) => Action).sort()).toEqual(["sts:AssumeRole", "sts:TagSession"]);
    for (const { Principal, Condition } of Statement) expect([Principal, Condition]).toEqual([{ AWS: "*" }, condition]);
  });

  test("lets them write items of their account only, and no policy", () => {
    const { PolicyDocument } = hub.properties("PlaneRolePolicy") as { PolicyDocument: { Statement: Statement[] } };
    const onTables = PolicyDocument.Statement.filter(({ Action }) => [Action].flat().join().includes("dynamodb:"));
    expect(onTables.map(({ Action, Resource }) => [Resource, [Action].flat().length])).toEqual([
      [expect.stringMatching(/^PolicyTable/), 1],
      [expect.stringMatching(/^Ledger/), 5],
      [expect.stringMatching(/^Ledger/), 2],
    ]);
    const keys = onTables.flatMap(({ Condition }) => {
      const { "ForAllValues:StringLike": like } = (Condition ?? {}) as Record<
        string,
        Record<string, string | string[]>
      >;
      return [like?.["dynamodb:LeadingKeys"] ?? []].flat();
    });
    const tag = `#\${aws:PrincipalTag/bucketseal-account}#*`;
    expect(keys).toEqual([`OBJECTS${tag}`, `PIN${tag}`, `ALARM${tag}`]);
  });

  test("has a bucket for code that the organization may read, and by TLS only", () => {
    const { BucketName } = hub.properties("ObjectCode");
    expect(BucketName).toBe("bucketseal-code-test-111122223333-eu-west-1");
    const { PolicyDocument } = hub.properties("ObjectCodePolicy") as { PolicyDocument: { Statement: Statement[] } };
    expect(PolicyDocument.Statement).toMatchObject([
      { Effect: "Deny", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
      {
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Condition: { StringEquals: { "aws:PrincipalOrgID": ORGANIZATION.id } },
      },
    ]);
  });

  test("is asked for: without the option there is nothing of it, and without an organization it is refused", async () => {
    const without = await synthesize({ org: ORGANIZATION });
    expect(JSON.stringify(without.template)).not.toMatch(/PlaneRole|ObjectCode|objectCode/);
    expect(() => orgOptions({ BUCKETSEAL_ORG_OBJECTS: "on" })).toThrow(/without an organization: set BUCKETSEAL_ORG/);
    expect(() => orgOptions({ BUCKETSEAL_ORG_OBJECTS: "yes" })).toThrow(/expected off \(the default\) or on/);
  });
});

// --- internal ---

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Principal: unknown;
  readonly Condition?: unknown;
}

function properties(id: string): Readonly<Record<string, unknown>> {
  return (template.Resources[id] as { readonly Properties: Readonly<Record<string, unknown>> }).Properties;
}
