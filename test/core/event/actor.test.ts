import { describe, expect, test } from "vitest";
import { actorOf, isOwn, issuerOf } from "#core/event/actor";
import { alice, roleSession } from "../../events/cloudtrail.ts";

const nobody = {
  type: "Unknown",
  arn: null,
  accountId: null,
  session: null,
  sourceIdentity: null,
  sourceIp: null,
  invokedBy: null,
};
const account = { accountId: "111122223333" };

describe("the caller", () => {
  test.each<[string, unknown, object]>([
    ["an IAM user", alice, { type: "IAMUser", arn: alice.arn, ...account }],
    [
      "a role session",
      roleSession("team/Deploy", "ci@example.com"),
      {
        type: "AssumedRole",
        arn: "arn:aws:sts::111122223333:assumed-role/Deploy/ci@example.com",
        session: "ci@example.com",
        ...account,
      },
    ],
    [
      "a role session with a source identity, through CloudFormation",
      roleSession("Deploy", "ci", {
        invokedBy: "cloudformation.amazonaws.com",
        sessionContext: { sourceIdentity: "alice", sessionIssuer: {} },
      }),
      {
        type: "AssumedRole",
        arn: "arn:aws:sts::111122223333:assumed-role/Deploy/ci",
        session: "ci",
        sourceIdentity: "alice",
        invokedBy: "cloudformation.amazonaws.com",
        ...account,
      },
    ],
    [
      "the root user",
      { type: "Root", principalId: "111122223333", arn: "arn:aws:iam::111122223333:root", ...account },
      { type: "Root", arn: "arn:aws:iam::111122223333:root", ...account },
    ],
    [
      "a federated user",
      {
        type: "FederatedUser",
        principalId: "111122223333:bob",
        arn: "arn:aws:sts::111122223333:federated-user/bob",
        ...account,
      },
      { type: "FederatedUser", arn: "arn:aws:sts::111122223333:federated-user/bob", session: "bob", ...account },
    ],
    [
      "a caller of another account",
      { type: "AWSAccount", principalId: "AROAEXAMPLE:their-session", accountId: "444455556666" },
      { type: "AWSAccount", accountId: "444455556666", session: "their-session" },
    ],
    [
      "another account as such",
      { type: "AWSAccount", principalId: "AIDAEXAMPLE", accountId: "444455556666" },
      { type: "AWSAccount", accountId: "444455556666" },
    ],
    [
      "a principal id that ends in a colon",
      { type: "AWSAccount", principalId: "AROAEXAMPLE:", accountId: "444455556666" },
      { type: "AWSAccount", accountId: "444455556666" },
    ],
    [
      "an AWS service",
      { type: "AWSService", invokedBy: "s3.amazonaws.com" },
      { type: "AWSService", invokedBy: "s3.amazonaws.com" },
    ],
    [
      "a SAML user",
      { type: "SAMLUser", principalId: "abc:bob", userName: "bob@example.com", identityProvider: "abc" },
      { type: "SAMLUser", session: "bob@example.com" },
    ],
    [
      "a web identity user",
      { type: "WebIdentityUser", principalId: "accounts.example.com:app:bob", userName: "bob" },
      { type: "WebIdentityUser", session: "bob" },
    ],
    [
      "an Identity Center user",
      {
        type: "IdentityCenterUser",
        ...account,
        onBehalfOf: { userId: "544894e8-80c1", identityStoreArn: "arn:aws:x" },
      },
      { type: "IdentityCenterUser", session: "544894e8-80c1", ...account },
    ],
    [
      "an Identity Center user without a name",
      { type: "IdentityCenterUser", onBehalfOf: null },
      { type: "IdentityCenterUser" },
    ],
    ["nobody", undefined, {}],
    ["null", null, {}],
    ["a text", "alice", {}],
    ["a list", [alice], {}],
    ["fields of other types", { type: 1, arn: {}, accountId: 111122223333, invokedBy: "", sessionContext: "x" }, {}],
    [
      "an ARN that merely looks like a session",
      { arn: "x arn:aws:sts::1:assumed-role/R/s" },
      { arn: "x arn:aws:sts::1:assumed-role/R/s" },
    ],
  ])("is read from the identity of %s", (_, userIdentity, expected) => {
    expect(actorOf(userIdentity, undefined)).toEqual({ ...nobody, ...expected });
  });

  test.each<[unknown, string | null]>([
    ["198.51.100.7", "198.51.100.7"],
    ["2001:db8::1", "2001:db8::1"],
    ["2001:DB8::A", "2001:DB8::A"],
    ["cloudformation.amazonaws.com", null],
    ["AWS Internal", null],
    ["abc", null],
    ["", null],
    [undefined, null],
    [7, null],
  ])("with the address %j is shown with %j", (address, told) => {
    expect(actorOf(alice, address).sourceIp).toBe(told);
  });
});

test("a caller's fields are cut, none of them is as long as somebody likes", () => {
  const long = (text: string) => `${text}${"x".repeat(8_000)}`;
  const actor = actorOf(
    {
      type: long("IAMUser"),
      arn: long("arn:aws:sts::111122223333:assumed-role/Deploy/"),
      accountId: long("1"),
      invokedBy: long("a"),
      sessionContext: { sourceIdentity: long("s") },
    },
    `198.51.100.7${"0".repeat(8_000)}`,
  );
  expect(Object.values(actor).map((field) => field?.length)).toEqual([256, 700, 256, 256, 256, 256, 256]);
  for (const field of Object.values(actor)) expect(field).toMatch(/…$/);
});

describe("own writes", () => {
  const role = "arn:aws:iam::111122223333:role/bucketseal/worker";

  test("are those of exactly our role, with its path", () => {
    const issuer = issuerOf(roleSession("bucketseal/worker", "s"));
    expect(issuer).toBe(role);
    expect(isOwn({ issuer }, role)).toBe(true);
  });

  test.each<[string, unknown]>([
    ["a role whose name begins the same", roleSession("bucketseal/worker-2", "s")],
    ["a role of the same name on another path", roleSession("worker", "s")],
    ["a user", alice],
    ["nobody", undefined],
    ["a session named like the role", roleSession("Deploy", "bucketseal/worker")],
    [
      "a role whose name is longer than any, and begins the same",
      roleSession(`bucketseal/worker${"r".repeat(700)}`, "s"),
    ],
    ["an identity that claims the ARN itself", { ...alice, arn: role }],
  ])("are not those of %s", (_, identity) => {
    expect(isOwn({ issuer: issuerOf(identity) }, role)).toBe(false);
  });
});
