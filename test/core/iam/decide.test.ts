import { describe, expect, test } from "vitest";
import type { Access, Policies } from "#core/iam/decide";
import type { IamRequest } from "#core/iam/request";
import {
  abroad,
  access,
  anonymous,
  bucketArn,
  document,
  documentOf,
  everything,
  home,
  partly,
  role,
  root,
  service,
  session,
  user,
  whole,
} from "../../support/core/iam.ts";

const key = `arn:aws:kms:eu-west-1:${home}:key/1`;
const onKey = { action: "kms:GenerateDataKey", resource: key };
const nothing = document();

const put = (more: object) => document({ Sid: "Put", Action: "s3:PutObject", Resource: `${bucketArn}/*`, ...more });
const allowPut = (principal: unknown, more: object = {}) => put({ Effect: "Allow", Principal: principal, ...more });
const denyPut = (principal: unknown, more: object = {}) => put({ Effect: "Deny", Principal: principal, ...more });
const aws = (...names: readonly string[]) => ({ AWS: names });

type Row = readonly [string, Partial<Policies>, Partial<IamRequest>, Access["kind"]];

function rows(...list: readonly Row[]): void {
  test.each<Row>([...list])("%s", (_, policies, request, kind) => {
    expect(access(policies, request).kind).toBe(kind);
  });
}

describe("in the owner's account", () => {
  rows(
    ["an identity policy suffices", {}, {}, "allow"],
    [
      "so does a statement that names the user",
      { identity: [], resource: allowPut(aws(`arn:aws:iam::${home}:user/alice`)) },
      {},
      "allow",
    ],
    [
      "one for the account does not",
      { identity: [], resource: allowPut(aws(`arn:aws:iam::${home}:root`)) },
      {},
      "none",
    ],
    ["nor one for its number", { identity: [], resource: allowPut(aws(home)) }, {}, "none"],
    ["unless the root user asks", { identity: [], resource: allowPut(aws(home)) }, { caller: root() }, "allow"],
    ["the root user needs nothing", { identity: [] }, { caller: root() }, "allow"],
    ["one for everybody does", { identity: [], resource: allowPut("*") }, {}, "allow"],
    ["one for every AWS account does", { identity: [], resource: allowPut({ AWS: "*" }) }, {}, "allow"],
    [
      "one for another user does not",
      { identity: [], resource: allowPut(aws(`arn:aws:iam::${home}:user/bob`)) },
      {},
      "none",
    ],
    [
      "one for a role is one for its sessions",
      { identity: [], resource: allowPut(aws(`arn:aws:iam::${home}:role/ci`)) },
      { caller: session("ci", "run-1") },
      "allow",
    ],
    [
      "the path of a role does not show in its sessions",
      { identity: [], resource: allowPut(aws(`arn:aws:iam::${home}:role/build/eu/ci`)) },
      { caller: session("ci", "run-1") },
      "allow",
    ],
    [
      "a role of that name elsewhere is another one",
      { identity: [], resource: allowPut(aws(`arn:aws:iam::${abroad}:role/ci`)) },
      { caller: session("ci", "run-1") },
      "none",
    ],
    [
      "a session is not its neighbour",
      { identity: [], resource: allowPut(aws(`arn:aws:sts::${home}:assumed-role/ci/run-2`)) },
      { caller: session("ci", "run-1") },
      "none",
    ],
    [
      "a session may be any of a role's",
      { identity: [], resource: allowPut(aws(`arn:aws:sts::${home}:assumed-role/ci/run-2`)) },
      { caller: role("ci") },
      "unknown",
    ],
    ["a deleted user is not known", { identity: [], resource: allowPut(aws("AIDACKCEVSQ6C2EXAMPLE")) }, {}, "unknown"],
    [
      "a canonical user is not known",
      { identity: [], resource: allowPut({ CanonicalUser: "79a59df900b949e5" }) },
      {},
      "unknown",
    ],
    [
      "a wildcard in a name is not known",
      { identity: [], resource: allowPut(aws(`arn:aws:iam::${home}:role/*`)) },
      { caller: role("ci") },
      "unknown",
    ],
    ["identity policies that nobody looked at are not known", { identity: null }, {}, "unknown"],
    ["a Deny outweighs every Allow", { resource: denyPut("*") }, {}, "deny"],
    ["a Deny for the account denies its users", { resource: denyPut(aws(home)) }, {}, "deny"],
    [
      "a Deny for somebody else denies nothing",
      { resource: denyPut(aws(`arn:aws:iam::${home}:user/bob`)) },
      {},
      "allow",
    ],
    [
      "a Deny that may apply makes an Allow unknown",
      { resource: denyPut(aws("AIDACKCEVSQ6C2EXAMPLE")) },
      {},
      "unknown",
    ],
    [
      "a Deny that may apply takes nothing from nobody",
      { identity: [], resource: denyPut(aws("AIDACKCEVSQ6C2EXAMPLE")) },
      {},
      "none",
    ],
    [
      "a Deny in an identity policy denies",
      { identity: [everything, document({ Effect: "Deny", Action: "s3:Put*", Resource: "*" })] },
      {},
      "deny",
    ],
    [
      "somebody of the account has an account's rights only",
      { identity: [], resource: allowPut(aws(home)) },
      { caller: { kind: "somebody", account: home } },
      "none",
    ],
  );
});

describe("across accounts", () => {
  const partner = user("partner", abroad);
  rows(
    ["an identity policy alone does not suffice", {}, { caller: partner }, "none"],
    ["nor a bucket policy alone", { identity: [], resource: allowPut("*") }, { caller: partner }, "none"],
    [
      "both do, the bucket policy naming the account",
      { resource: allowPut(aws(abroad)) },
      { caller: partner },
      "allow",
    ],
    ["or the user", { resource: allowPut(aws(`arn:aws:iam::${abroad}:user/partner`)) }, { caller: partner }, "allow"],
    ["or everybody", { resource: allowPut("*") }, { caller: partner }, "allow"],
    ["not another account", { resource: allowPut(aws("999999999999")) }, { caller: partner }, "none"],
    ["half of it not known", { identity: null, resource: allowPut(aws(abroad)) }, { caller: partner }, "unknown"],
    ["the other half is enough to know", { identity: null }, { caller: partner }, "none"],
    [
      "an account of China is named in its own partition",
      { resource: allowPut(aws(`arn:aws-cn:iam::${abroad}:root`)) },
      { caller: partner },
      "allow",
    ],
    [
      "somebody of any account, with both",
      { resource: allowPut("*") },
      { caller: { kind: "somebody", account: null } },
      "allow",
    ],
    [
      "somebody whose identity policies allow nothing",
      { identity: [], resource: allowPut(aws(abroad)) },
      { caller: { kind: "somebody", account: null } },
      "none",
    ],
    [
      "somebody, where nothing allows anybody",
      { identity: [] },
      { caller: { kind: "somebody", account: null } },
      "none",
    ],
    [
      "somebody at home would need the bucket policy abroad",
      {},
      { caller: { kind: "somebody", account: null } },
      "unknown",
    ],
    [
      "somebody of an account may be the user",
      { resource: allowPut(aws(`arn:aws:iam::${abroad}:user/partner`)) },
      { caller: { kind: "somebody", account: abroad } },
      "unknown",
    ],
    [
      "somebody of another account is not",
      { resource: allowPut(aws(`arn:aws:iam::${abroad}:user/partner`)) },
      { caller: { kind: "somebody", account: "999999999999" } },
      "none",
    ],
  );
});

describe("services and people without credentials", () => {
  const logging = service("logging.s3.amazonaws.com");
  rows(
    ["a service needs the bucket policy", { resource: nothing }, { caller: logging }, "none"],
    [
      "and nothing else",
      { identity: [], resource: allowPut({ Service: "logging.s3.amazonaws.com" }) },
      { caller: logging },
      "allow",
    ],
    [
      "whatever the case of its name",
      { resource: allowPut({ Service: ["Logging.S3.amazonaws.com"] }) },
      { caller: logging },
      "allow",
    ],
    [
      "not another service's",
      { resource: allowPut({ Service: "delivery.logs.amazonaws.com" }) },
      { caller: logging },
      "none",
    ],
    ["nor an account's", { resource: allowPut(aws(home)) }, { caller: logging }, "none"],
    ["a user is no service", { identity: [], resource: allowPut({ Service: "logging.s3.amazonaws.com" }) }, {}, "none"],
    ["everybody includes services", { resource: denyPut("*") }, { caller: logging }, "deny"],
    ["everybody includes people without credentials", { resource: allowPut("*") }, { caller: anonymous }, "allow"],
    ["an account does not", { resource: allowPut(aws(home)) }, { caller: anonymous }, "none"],
    [
      "nor does an origin access identity",
      { resource: allowPut(aws("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1")) },
      { caller: anonymous },
      "none",
    ],
    [
      "which is a principal by itself",
      {
        identity: [everything],
        resource: allowPut(aws("arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1")),
      },
      {
        caller: {
          kind: "principal",
          arn: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1",
          account: "cloudfront",
        },
      },
      "allow",
    ],
    ["a bucket without a policy lets nobody in", { resource: null }, { caller: anonymous }, "none"],
    [
      "the organization's SCPs do not bind services",
      { resource: allowPut("*"), scps: [[nothing]] },
      { caller: logging },
      "allow",
    ],
    ["its RCPs do", { resource: allowPut("*"), rcps: [[denyPut("*")]] }, { caller: logging }, "deny"],
  );
});

describe("actions and resources", () => {
  const allow = (more: object) => ({ identity: [document({ Effect: "Allow", ...more })] });
  rows(
    ["an action is not case-sensitive", allow({ Action: "S3:putobject", Resource: "*" }), {}, "allow"],
    ["it has wildcards", allow({ Action: "s3:Put?bject*", Resource: "*" }), {}, "allow"],
    ["a longer action is another one", allow({ Action: "s3:PutObjectAcl", Resource: "*" }), {}, "none"],
    ["NotAction is everything else", allow({ NotAction: ["s3:Delete*", "iam:*"], Resource: "*" }), {}, "allow"],
    ["and not what it lists", allow({ NotAction: "s3:*", Resource: "*" }), {}, "none"],
    ["a resource is case-sensitive", allow({ Action: "*", Resource: "arn:aws:s3:::Invoices/*" }), {}, "none"],
    ["a bucket is not its objects", allow({ Action: "*", Resource: bucketArn }), {}, "none"],
    [
      "a star reaches over slashes and line breaks",
      allow({ Action: "*", Resource: `${bucketArn}/a*z` }),
      { resource: `${bucketArn}/a/b\nz` },
      "allow",
    ],
    [
      "a question mark is one character",
      allow({ Action: "*", Resource: `${bucketArn}/a?` }),
      { resource: `${bucketArn}/a` },
      "none",
    ],
    [
      "a backslash is itself",
      allow({ Action: "*", Resource: `${bucketArn}/a\\*` }),
      { resource: `${bucketArn}/a\\b` },
      "allow",
    ],
    [
      "a dot is no wildcard",
      allow({ Action: "*", Resource: `${bucketArn}/a.pdf` }),
      { resource: `${bucketArn}/aXpdf` },
      "none",
    ],
    ["NotResource is everything else", allow({ Action: "*", NotResource: [`${bucketArn}/logs/*`] }), {}, "allow"],
    ["and not what it lists", allow({ Action: "*", NotResource: `${bucketArn}/*` }), {}, "none"],
    ["one statement may stand without a list", { identity: [], resource: allowPut("*") }, {}, "allow"],
  );
});

describe("policy variables", () => {
  const own = `${bucketArn}/home/\${aws:username}/*`;
  const allow = (resource: string, version?: string) => ({
    identity: [
      documentOf({
        ...(version === undefined ? {} : { Version: version }),
        Statement: { Effect: "Allow", Action: "s3:*", Resource: resource },
      }),
    ],
  });
  const at = (key: string) => ({ resource: `${bucketArn}/${key}` });
  const alice = whole({ "aws:username": "alice" });
  rows(
    ["are filled in", allow(own, "2012-10-17"), { ...at("home/alice/x"), context: alice }, "allow"],
    ["match nobody else", allow(own, "2012-10-17"), { ...at("home/bob/x"), context: alice }, "none"],
    ["match nothing if there is no value", allow(own, "2012-10-17"), at("home//x"), "none"],
    [
      "are not known if the value is not",
      allow(own, "2012-10-17"),
      { ...at("home/alice/x"), context: partly() },
      "unknown",
    ],
    [
      "are literal text in the old version",
      allow(own, "2008-10-17"),
      { ...at("home/alice/x"), context: alice },
      "none",
    ],
    ["which is the default", allow(own), { ...at(`home/\${aws:username}/x`), context: alice }, "allow"],
    [
      "are no wildcards whatever their value",
      allow(own, "2012-10-17"),
      { ...at("home/bob/x"), context: whole({ "aws:username": "*" }) },
      "none",
    ],
    [
      "may have a default",
      allow(`${bucketArn}/\${aws:PrincipalTag/team, 'all'}/*`, "2012-10-17"),
      at("all/x"),
      "allow",
    ],
    [
      "which a value outweighs",
      allow(`${bucketArn}/\${aws:PrincipalTag/team, 'all'}/*`, "2012-10-17"),
      { ...at("all/x"), context: whole({ "aws:principaltag/team": "red" }) },
      "none",
    ],
    [
      "of several values are not known",
      allow(`${bucketArn}/\${aws:TagKeys}/*`, "2012-10-17"),
      { ...at("a/x"), context: whole({ "aws:tagkeys": ["a", "b"] }) },
      "unknown",
    ],
    ["can be a star itself", allow(`${bucketArn}/a\${*}b`, "2012-10-17"), at("a*b"), "allow"],
    ["which is no wildcard", allow(`${bucketArn}/a\${*}b`, "2012-10-17"), at("axb"), "none"],
    ["are not known if they are none", allow(`${bucketArn}/\${a, b}`, "2012-10-17"), at("b"), "unknown"],
    ["or a dollar or a question mark", allow(`${bucketArn}/\${$}\${?}`, "2012-10-17"), at("$?"), "allow"],
  );
});

describe("NotPrincipal", () => {
  const alice = `arn:aws:iam::${home}:user/alice`;
  const except = (...names: readonly string[]) => put({ Effect: "Deny", NotPrincipal: aws(...names) });
  const ci = `arn:aws:iam::${home}:role/ci`;
  rows(
    ["denies everybody else", { resource: except(alice, home) }, { caller: user("bob") }, "deny"],
    ["denies services", { resource: except(alice, home) }, { caller: service("s3.amazonaws.com") }, "deny"],
    ["denies people without credentials", { resource: except(alice, home) }, { caller: anonymous }, "deny"],
    [
      "spares a service that it names",
      {
        resource: document(
          { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" },
          { Effect: "Deny", NotPrincipal: { Service: "s3.amazonaws.com" }, Action: "*", Resource: "*" },
        ),
      },
      { caller: service("s3.amazonaws.com") },
      "allow",
    ],
    ["spares a user named with the account", { resource: except(alice, `arn:aws:iam::${home}:root`) }, {}, "allow"],
    ["may deny a user named without it", { resource: except(alice) }, {}, "unknown"],
    ["may deny a user whose account alone is named", { resource: except(home) }, {}, "unknown"],
    ["spares the root user by the account", { resource: except(home) }, { caller: root() }, "allow"],
    [
      "may deny a session whose role alone is named",
      { resource: except(ci, home) },
      { caller: session("ci", "run-1") },
      "unknown",
    ],
    [
      "spares a session named with role and account",
      { resource: except(`arn:aws:sts::${home}:assumed-role/ci/run-1`, ci, home) },
      { caller: session("ci", "run-1") },
      "allow",
    ],
    [
      "may deny one that is named without its role",
      { resource: except(`arn:aws:sts::${home}:assumed-role/ci/run-1`, home) },
      { caller: session("ci", "run-1") },
      "unknown",
    ],
    ["may deny some session of a role", { resource: except(ci, home) }, { caller: role("ci") }, "unknown"],
    [
      "may deny somebody of the account",
      { resource: except(home) },
      { caller: { kind: "somebody", account: home } },
      "unknown",
    ],
    ["denies nobody if all are excepted", { resource: except("*") }, {}, "allow"],
    ["of a deleted user is not known", { resource: except("AIDACKCEVSQ6C2EXAMPLE") }, {}, "unknown"],
    [
      "allows everybody else",
      { identity: [], resource: put({ Effect: "Allow", NotPrincipal: aws(alice, home) }) },
      { caller: user("bob") },
      "allow",
    ],
    [
      "and not who is named",
      { identity: [], resource: put({ Effect: "Allow", NotPrincipal: aws(alice, home) }) },
      {},
      "none",
    ],
  );
});

describe("a key policy", () => {
  const keyPolicy = (...statements: readonly object[]) => ({ kind: "key" as const, resource: document(...statements) });
  const enable = {
    Sid: "Enable",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${home}:root` },
    Action: "kms:*",
    Resource: "*",
  };
  const throughS3 = {
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: ["kms:GenerateDataKey*", "kms:Decrypt"],
    Resource: "*",
    Condition: { StringEquals: { "kms:CallerAccount": home, "kms:ViaService": "s3.eu-west-1.amazonaws.com" } },
  };
  const via = (account: string, where = "s3.eu-west-1.amazonaws.com") => ({
    context: whole({ "kms:calleraccount": account, "kms:viaservice": where }),
  });
  rows(
    ["must allow even at home", keyPolicy(), onKey, "none"],
    ["may leave it to identity policies", keyPolicy(enable), onKey, "allow"],
    ["which then have to allow", { ...keyPolicy(enable), identity: [] }, onKey, "none"],
    [
      "may name the user, who then needs nothing else",
      { ...keyPolicy({ ...enable, Principal: aws(`arn:aws:iam::${home}:user/alice`) }), identity: [] },
      onKey,
      "allow",
    ],
    [
      "without the account lets identity policies count for nothing",
      keyPolicy({ ...enable, Principal: aws(`arn:aws:iam::${home}:user/bob`) }),
      onKey,
      "none",
    ],
    [
      "of an AWS managed key lets the account in through S3",
      { ...keyPolicy(throughS3), identity: [] },
      { ...onKey, ...via(home) },
      "allow",
    ],
    ["not other accounts", keyPolicy(throughS3), { ...onKey, ...via(abroad), caller: user("partner", abroad) }, "none"],
    [
      "not through another service",
      { ...keyPolicy(throughS3), identity: [] },
      { ...onKey, ...via(home, "ec2.eu-west-1.amazonaws.com") },
      "none",
    ],
    ["not directly", { ...keyPolicy(throughS3), identity: [] }, onKey, "none"],
    [
      "of another account needs both",
      keyPolicy({ ...enable, Principal: aws(abroad) }),
      { ...onKey, caller: user("partner", abroad) },
      "allow",
    ],
    [
      "and neither alone",
      { ...keyPolicy({ ...enable, Principal: aws(abroad) }), identity: [] },
      { ...onKey, caller: user("partner", abroad) },
      "none",
    ],
    [
      "somebody needs both, at home or not",
      { ...keyPolicy(enable), identity: null },
      { ...onKey, caller: { kind: "somebody", account: null } },
      "unknown",
    ],
  );
});

describe("an organization", () => {
  const scp = (...statements: readonly object[]) => [document(...statements)];
  const full = [everything];
  const guard = {
    Effect: "Deny",
    Action: "s3:PutEncryptionConfiguration",
    Resource: "*",
    Condition: { ArnNotLike: { "aws:PrincipalArn": ["arn:aws:iam::*:role/bucketseal/*"] } },
  };
  const setting = (arn: string) => ({
    action: "s3:PutEncryptionConfiguration",
    resource: bucketArn,
    context: whole({ "aws:principalarn": arn }),
  });
  rows(
    ["every level must allow", { scps: [full, full, full] }, {}, "allow"],
    [
      "one that allows something else does not",
      { scps: [full, scp({ Effect: "Allow", Action: "ec2:*", Resource: "*" }), full] },
      {},
      "none",
    ],
    ["one without a policy allows nothing", { scps: [full, []] }, {}, "none"],
    ["one policy of a level suffices", { scps: [full, [nothing, everything]] }, {}, "allow"],
    [
      "any level denies",
      { scps: [[everything, document({ Effect: "Deny", Action: "s3:*", Resource: "*" })], full] },
      {},
      "deny",
    ],
    [
      "an SCP spares the role that it names by a pattern",
      { scps: [[everything, document(guard)]] },
      setting(`arn:aws:iam::${home}:role/bucketseal/bucket-function`),
      "allow",
    ],
    ["and nobody else", { scps: [[everything, document(guard)]] }, setting(`arn:aws:iam::${home}:role/deploy`), "deny"],
    [
      "it binds the root user",
      { scps: [[everything, document(guard)]] },
      { ...setting(`arn:aws:iam::${home}:root`), caller: root() },
      "deny",
    ],
    [
      "an SCP on what is not known is unknown",
      { scps: [[everything, document(guard)]] },
      { ...setting(""), context: partly() },
      "unknown",
    ],
    [
      "an RCP denies callers from elsewhere",
      {
        resource: allowPut("*"),
        rcps: [
          [
            everything,
            denyPut("*", {
              Condition: {
                StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-1" },
                BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
              },
            }),
          ],
        ],
      },
      {
        caller: user("partner", abroad),
        context: whole({ "aws:principalorgid": "o-2", "aws:principalisawsservice": "false" }),
      },
      "deny",
    ],
    [
      "and spares the organization's own",
      {
        resource: allowPut("*"),
        rcps: [[everything, denyPut("*", { Condition: { StringNotEqualsIfExists: { "aws:PrincipalOrgID": "o-1" } } })]],
      },
      { context: whole({ "aws:principalorgid": "o-1" }) },
      "allow",
    ],
    ["an RCP must allow as well", { rcps: [[nothing]] }, {}, "none"],
  );
});

describe("a document that cannot be read", () => {
  const broken = (more: object) => ({
    resource: document({ Effect: "Deny", Principal: "*", Action: "s3:PutObject", Resource: "*", ...more }),
  });
  rows(
    ["may deny, and may allow", { identity: [], resource: documentOf("not an object") }, {}, "unknown"],
    ["has no statement", { identity: [], resource: documentOf({ Version: "2012-10-17" }) }, {}, "unknown"],
    ["has a statement that is none", { identity: [], resource: documentOf({ Statement: [7] }) }, {}, "unknown"],
    ["has no effect that we know", broken({ Effect: "Forbid" }), {}, "unknown"],
    ["has no principal that we know", broken({ Principal: 7 }), {}, "unknown"],
    ["lists one that is no text", broken({ Principal: { AWS: [7] } }), {}, "unknown"],
    ["has a list of principals", broken({ Principal: ["*"] }), {}, "unknown"],
    ["has both kinds of principals", broken({ NotPrincipal: "*" }), {}, "unknown"],
    ["has no action", broken({ Action: undefined }), {}, "unknown"],
    ["has an action that is no text", broken({ Action: ["s3:PutObject", 7] }), {}, "unknown"],
    ["has a resource that is no text", broken({ Resource: {} }), {}, "unknown"],
    ["has a condition that is none", broken({ Condition: [] }), {}, "unknown"],
    ["has an operator without keys", broken({ Condition: { StringEquals: "x" } }), {}, "unknown"],
    ["has an element that we do not know", broken({ Conditions: {} }), {}, "unknown"],
    ["is about another action, whatever else it says", broken({ Action: "s3:GetObject", Condition: 7 }), {}, "allow"],
    [
      "is about another object, whatever else it says",
      broken({ Resource: "arn:aws:s3:::other/*", Effect: 7 }),
      {},
      "allow",
    ],
  );

  test("names the statement by its place if it has no Sid", () => {
    const resource = document(
      { Sid: "", Effect: "Allow", Principal: "*", Action: "*", Resource: "*" },
      { Sid: 7, Effect: "Deny", Principal: "*", Action: "*", Resource: "*" },
    );
    expect(access({ resource })).toEqual({ kind: "deny", by: "statement 2" });
  });
});

describe("what decides is named", () => {
  const unknown = { StringEquals: { "aws:SourceVpc": "vpc-1" } };
  const anything = { Effect: "Allow", Action: "*", Resource: "*" };
  const twoAllows = document(
    { ...anything, Sid: "All", Principal: aws(home) },
    { ...anything, Sid: "Her", Principal: aws(`arn:aws:iam::${home}:user/alice`) },
  );
  test.each<readonly [string, Partial<Policies>, Access]>([
    ["the Deny", { resource: denyPut("*") }, { kind: "deny", by: "Put" }],
    ["the Allow of the bucket policy before others", { resource: allowPut("*") }, { kind: "allow", by: "Put" }],
    ["the Allow of an identity policy", {}, { kind: "allow", by: "statement 1" }],
    ["the Allow that needs no other before one that does", { resource: twoAllows }, { kind: "allow", by: "Her" }],
    ["the Deny that may apply", { resource: denyPut("*", { Condition: unknown }) }, { kind: "unknown", by: "Put" }],
    [
      "the Allow that may apply",
      { identity: [], resource: allowPut("*", { Condition: unknown }) },
      { kind: "unknown", by: "Put" },
    ],
    ["nothing, where nothing allows", { identity: [] }, { kind: "none", by: null }],
    ["nothing, where nobody looked", { identity: null }, { kind: "unknown", by: null }],
  ])("%s", (_, policies, expected) => {
    expect(access(policies, { context: partly() })).toEqual(expected);
  });
});

describe("a name that looks like another one", () => {
  const logging = service("logging.s3.amazonaws.com");
  const one = { kind: "somebody", account: home } as const;
  rows(
    ["every service is not everybody", { identity: [], resource: allowPut({ Service: "*" }) }, {}, "none"],
    ["a service's name is no account", { resource: denyPut({ Service: home }) }, {}, "allow"],
    [
      "a user's name is no service",
      { resource: allowPut(aws("logging.s3.amazonaws.com")) },
      { caller: logging },
      "none",
    ],
    [
      "somebody from elsewhere may be anyone",
      { identity: [], resource: allowPut({ Federated: `arn:aws:iam::${home}:user/alice` }) },
      {},
      "unknown",
    ],
    ["a longer number is no account", { resource: denyPut(aws(`${home}4`)) }, {}, "unknown"],
    ["nor is one behind something", { resource: denyPut(aws(`x${home}`)) }, {}, "unknown"],
    ["nor an ARN that goes on", { resource: denyPut(aws(`arn:aws:iam::${home}:root-2`)) }, {}, "allow"],
    ["nor one behind something", { resource: denyPut(aws(`xarn:aws:iam::${home}:root`)) }, {}, "unknown"],
    [
      "a role's name ends its ARN",
      { resource: denyPut(aws(`arn:aws:iam::${home}:role/ci/`)) },
      { caller: session("ci", "1") },
      "allow",
    ],
    [
      "somebody may be a user of the account",
      { identity: [], resource: allowPut(aws(`arn:aws:iam::${home}:user/alice`)) },
      { caller: one },
      "unknown",
    ],
    [
      "and is none of another account",
      { identity: [], resource: allowPut(aws(`arn:aws:iam::${abroad}:user/alice`)) },
      { caller: one },
      "none",
    ],
    [
      "nor a service",
      { identity: [], resource: allowPut({ Service: "logging.s3.amazonaws.com" }) },
      { caller: one },
      "none",
    ],
    [
      "and may be somebody deleted",
      { identity: [], resource: allowPut(aws("AIDACKCEVSQ6C2EXAMPLE")) },
      { caller: one },
      "unknown",
    ],
    [
      "or of the account by a session",
      { identity: [], resource: allowPut(aws(`arn:aws:sts::${home}:assumed-role/ci/1`)) },
      { caller: one },
      "unknown",
    ],
    [
      "an excepted account alone spares nobody else's users",
      { resource: put({ Effect: "Deny", NotPrincipal: aws(abroad) }) },
      {},
      "deny",
    ],
    [
      "an excepted user of an account leaves its root out",
      { resource: put({ Effect: "Deny", NotPrincipal: aws(`arn:aws:iam::${home}:user/bob`, home) }) },
      { caller: root() },
      "allow",
    ],
  );
});
