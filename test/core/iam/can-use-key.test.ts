import { describe, expect, test } from "vitest";
import { canUseKey, encryptionContext, type KeyAccess, type KeyUse } from "#core/iam/can-use-key";
import type { Access } from "#core/iam/decide";
import type { Caller } from "#core/iam/request";
import { abroad, anonymous, bucketArn, document, home, role, service, session, user } from "../../support/core/iam.ts";

const arn = `arn:aws:kms:eu-west-1:${home}:key/1`;
const rolesArn = `arn:aws:iam::${home}:role/ci`;
const anyone: Caller = { kind: "somebody", account: home };
const statement = (more: object) => ({
  Sid: "Use",
  Effect: "Allow",
  Principal: { AWS: home },
  Action: "kms:*",
  Resource: "*",
  ...more,
});
const grant = (more: Partial<KeyAccess["grants"][number]> = {}) => ({
  grantee: rolesArn,
  operations: ["Decrypt", "GenerateDataKey"],
  constraints: null,
  ...more,
});
const constrained = (constraints: object) => grant({ constraints: { equals: null, subset: null, ...constraints } });

function access(statements: readonly object[], grants: KeyAccess["grants"], use: Partial<KeyUse> = {}): Access {
  const key = { arn, account: home, policy: document(...statements), grants };
  return canUseKey(key, {
    caller: role("ci"),
    action: "kms:GenerateDataKey",
    region: "eu-west-1",
    s3Arn: bucketArn,
    ...use,
  });
}

describe("a key's policy", () => {
  const through = (condition: object) => statement({ Condition: condition });
  test.each<readonly [string, object, Partial<KeyUse>, Access["kind"]]>([
    ["for the account, as keys are made", statement({}), {}, "allow"],
    ["for the account, asked for anyone of it", statement({}), { caller: anyone }, "allow"],
    ["for the role", statement({ Principal: { AWS: rolesArn } }), {}, "allow"],
    [
      "for the role, asked for its session",
      statement({ Principal: { AWS: rolesArn } }),
      { caller: session("ci", "1") },
      "allow",
    ],
    ["for the role, asked for anyone", statement({ Principal: { AWS: rolesArn } }), { caller: anyone }, "unknown"],
    ["for another role", statement({ Principal: { AWS: `${rolesArn}-2` } }), {}, "none"],
    ["for another account", statement({ Principal: { AWS: abroad } }), { caller: anyone }, "none"],
    [
      "for a service, asked for anyone",
      statement({ Principal: { Service: "delivery.logs.amazonaws.com" } }),
      { caller: anyone },
      "none",
    ],
    [
      "for a service, asked for it",
      statement({ Principal: { Service: "delivery.logs.amazonaws.com" } }),
      { caller: service("delivery.logs.amazonaws.com") },
      "allow",
    ],
    ["for other actions", statement({ Action: ["kms:Describe*", "kms:Decrypt"] }), {}, "none"],
    ["for reading", statement({ Action: ["kms:Describe*", "kms:Decrypt"] }), { action: "kms:Decrypt" }, "allow"],
    ["for everybody, with nobody's credentials", statement({ Principal: "*" }), { caller: anonymous }, "allow"],
    [
      "through S3",
      through({ StringEquals: { "kms:ViaService": "s3.eu-west-1.amazonaws.com", "kms:CallerAccount": home } }),
      {},
      "allow",
    ],
    [
      "through S3 in China",
      through({ StringEquals: { "kms:ViaService": "s3.cn-north-1.amazonaws.com.cn" } }),
      { region: "cn-north-1" },
      "allow",
    ],
    [
      "through S3 in another Region",
      through({ StringEquals: { "kms:ViaService": "s3.us-east-1.amazonaws.com" } }),
      {},
      "none",
    ],
    [
      "through another service",
      through({ StringEquals: { "kms:ViaService": "ec2.eu-west-1.amazonaws.com" } }),
      {},
      "none",
    ],
    ["for another account's callers", through({ StringEquals: { "kms:CallerAccount": abroad } }), {}, "none"],
    [
      "for some account's callers",
      through({ StringEquals: { "kms:CallerAccount": abroad } }),
      { caller: { kind: "somebody", account: null } },
      "unknown",
    ],
    ["for an account of its callers", through({ StringEquals: { "aws:PrincipalAccount": home } }), {}, "allow"],
    ["for a role by condition", through({ ArnEquals: { "aws:PrincipalArn": rolesArn } }), {}, "allow"],
    [
      "for a role by condition, asked for a session whose role's path is not known",
      through({ ArnEquals: { "aws:PrincipalArn": rolesArn } }),
      { caller: session("ci", "1") },
      "unknown",
    ],
    [
      "for a role by condition, asked for anyone",
      through({ ArnEquals: { "aws:PrincipalArn": rolesArn } }),
      { caller: anyone },
      "unknown",
    ],
    ["for services, asked for a role", through({ Bool: { "aws:PrincipalIsAWSService": "true" } }), {}, "none"],
    [
      "for services of a source, as known",
      {
        ...statement({ Principal: { Service: "cloudfront.amazonaws.com" } }),
        Condition: { StringEquals: { "aws:SourceArn": "arn:d/1" } },
      },
      { caller: service("cloudfront.amazonaws.com"), keys: { "aws:sourcearn": "arn:d/1" } },
      "allow",
    ],
    [
      "for services of a source, not known",
      {
        ...statement({ Principal: { Service: "cloudfront.amazonaws.com" } }),
        Condition: { StringEquals: { "aws:SourceArn": "arn:d/1" } },
      },
      { caller: service("cloudfront.amazonaws.com") },
      "unknown",
    ],
    ["for this bucket", through({ StringEquals: { "kms:EncryptionContext:aws:s3:arn": bucketArn } }), {}, "allow"],
    ["for its objects", through({ StringLike: { "kms:EncryptionContext:aws:s3:arn": `${bucketArn}/*` } }), {}, "none"],
    [
      "for its objects, without a bucket key",
      through({ StringLike: { "kms:EncryptionContext:aws:s3:arn": `${bucketArn}/*` } }),
      { s3Arn: `${bucketArn}/a` },
      "allow",
    ],
    [
      "for what has a context",
      through({ "ForAnyValue:StringEquals": { "kms:EncryptionContextKeys": "aws:s3:arn" } }),
      {},
      "allow",
    ],
    ["for grants of services alone", through({ Bool: { "kms:GrantIsForAWSResource": "true" } }), {}, "none"],
    ["for an organization", through({ StringEquals: { "aws:PrincipalOrgID": "o-1" } }), {}, "unknown"],
  ])("%s", (_, given, use, kind) => {
    expect(access([given], [], use).kind).toBe(kind);
  });

  test("names what decides", () => {
    expect(access([statement({})], [])).toEqual({ kind: "allow", by: "Use" });
    expect(access([statement({}), statement({ Sid: "No", Effect: "Deny" })], [])).toEqual({ kind: "deny", by: "No" });
    expect(access([], [])).toEqual({ kind: "none", by: null });
  });
});

// S3 asks KMS itself, over TLS: a guardrail against plain HTTP or direct calls refuses nothing.
test.each<readonly [string, object]>([
  ["plain HTTP", { Bool: { "aws:SecureTransport": "false" } }],
  ["direct calls", { BoolIfExists: { "aws:ViaAWSService": "false" } }],
  ["services on their own behalf", { Bool: { "aws:PrincipalIsAWSService": "true" } }],
])("a key's policy that denies %s lets S3 use it", (_, Condition) => {
  const deny = { ...statement({ Effect: "Deny", Principal: "*" }), Condition };
  expect(access([statement({}), deny], [], { caller: anyone }).kind).toBe("allow");
});

describe("a grant", () => {
  test.each<readonly [string, KeyAccess["grants"][number], Partial<KeyUse>, Access["kind"]]>([
    ["for the role", grant(), {}, "allow"],
    ["for the role, asked for its session", grant(), { caller: session("ci", "1") }, "allow"],
    ["for another user", grant(), { caller: user("alice") }, "none"],
    ["for a role, asked for anyone", grant(), { caller: anyone }, "unknown"],
    ["for the account, asked for anyone", grant({ grantee: `arn:aws:iam::${home}:root` }), { caller: anyone }, "allow"],
    ["across accounts", grant({ grantee: `arn:aws:iam::${abroad}:role/ci` }), { caller: role("ci", abroad) }, "allow"],
    [
      "for a service",
      grant({ grantee: "dynamodb.amazonaws.com" }),
      { caller: service("dynamodb.amazonaws.com") },
      "allow",
    ],
    ["for a service, asked for the role", grant({ grantee: "dynamodb.amazonaws.com" }), {}, "none"],
    ["of another operation", grant({ operations: ["Encrypt", "GenerateDataKeyPair"] }), {}, "none"],
    ["of reading", grant({ operations: ["Decrypt"] }), { action: "kms:Decrypt" }, "allow"],
    ["for this bucket", constrained({ equals: { "aws:s3:arn": bucketArn } }), {}, "allow"],
    ["for this bucket as part", constrained({ subset: { "aws:s3:arn": bucketArn } }), {}, "allow"],
    ["for any context", constrained({ subset: {} }), {}, "allow"],
    ["for no context", constrained({ equals: {} }), {}, "none"],
    ["for an object of it", constrained({ subset: { "aws:s3:arn": `${bucketArn}/a` } }), {}, "none"],
    ["for exactly an object of it", constrained({ equals: { "aws:s3:arn": `${bucketArn}/a` } }), {}, "none"],
    ["for another context", constrained({ equals: { app: "a" } }), {}, "none"],
    ["for another context as part", constrained({ subset: { app: bucketArn } }), {}, "none"],
    ["for more context", constrained({ equals: { "aws:s3:arn": bucketArn, app: "a" } }), {}, "none"],
  ])("%s", (_, given, use, kind) => {
    expect(access([], [given], use).kind).toBe(kind);
  });

  test("is named, and a Deny outweighs it", () => {
    expect(access([], [grant()])).toEqual({ kind: "allow", by: "a grant" });
    expect(access([], [grant()], { caller: anyone })).toEqual({ kind: "unknown", by: "a grant" });
    expect(access([statement({ Sid: "No", Effect: "Deny" })], [grant()])).toEqual({ kind: "deny", by: "No" });
    const perhaps = {
      ...statement({ Sid: "Perhaps", Effect: "Deny" }),
      Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } },
    };
    expect(access([perhaps], [grant()])).toEqual({ kind: "unknown", by: "Perhaps" });
  });
});

test("the encryption context of an upload is its object's ARN, or the bucket's with a bucket key", () => {
  expect(encryptionContext(bucketArn, "a/b", false)).toBe(`${bucketArn}/a/b`);
  expect(encryptionContext(bucketArn, "a/b", true)).toBe(bucketArn);
});
