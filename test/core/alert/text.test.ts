import { describe, expect, test } from "vitest";
import { actorName, actorText } from "#core/alert/actor";
import { type AlertInput, buildAlert } from "#core/alert/bucket";
import { buildPolicyAlert } from "#core/alert/policy";
import type { Alert } from "#core/alert/schema";
import { alertText, encryptionText } from "#core/alert/text";
import type { Outcome } from "#core/outcome";
import { aliasArn, keyArn, ref } from "../../support/core/world.ts";
import { person } from "../../support/simulation/simulation.ts";

const alice = person("alice");
const input: AlertInput = {
  id: "0b8e2f6a",
  now: Date.parse("2026-11-21T08:15:19.200Z"),
  outcome: "changed",
  ref,
  plan: {
    rule: "baseline",
    mode: "enforce",
    before: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
    after: { algorithm: "aws:kms", key: keyArn(1), bucketKey: true, sseC: "SSE-C" },
    declaredKey: aliasArn("s3-default"),
    reasons: [{ code: "algorithm-differs", text: "algorithm: AES256, declared aws:kms" }],
  },
  trigger: {
    eventId: "e-1",
    eventName: "PutBucketEncryption",
    eventTime: "2026-11-21T08:15:14Z",
    issuer: null,
    requested: null,
    actor: alice,
  },
};

function firstLine(alert: Alert): string | undefined {
  return alertText(alert).split("\n")[0];
}

describe("the text of an alert", () => {
  test("has what the account is called, where that is known", () => {
    const named = { ...buildAlert(input), accountName: "payments" };
    expect(alertText(named)).toContain("\nWhere:    account 111122223333 (payments), eu-west-1\n");
  });

  test("reads like this when a bucket was changed back", () => {
    expect(alertText(buildAlert(input))).toBe(`The bucket invoices was changed back to aws:kms.

Who:      alice (IAM user, arn:aws:iam::111122223333:user/alice), from 198.51.100.7
What:     PutBucketEncryption at 2026-11-21T08:15:14Z
Where:    account 111122223333, eu-west-1
Before:   AES256, SSE-C blocked
After:    aws:kms, key ${keyArn(1)}, bucket key on, SSE-C blocked
Rule:     baseline (mode enforce)

Why:
- algorithm: AES256, declared aws:kms

What to do next:
- Nothing to do. If the earlier state was intended, change rule baseline or add an exemption; otherwise Bucketseal will undo it again.
- If the caller did not intend this call, find out what else was done with these credentials.
- To restore what was there before for a day, run: bucketseal rollback invoices --to 0b8e2f6a --reason "WHY"

Severity medium, 5.2 s after the call. Alert 0b8e2f6a.
`);
  });

  test("reads like this when nobody called and nothing is known", () => {
    const plan = { ...input.plan, rule: null, before: null, after: null, reasons: [] };
    expect(alertText(buildAlert({ ...input, outcome: "gone", plan, trigger: null }))).toBe(`The bucket invoices is gone.

Where:    account 111122223333, eu-west-1

Severity info. Alert 0b8e2f6a.
`);
  });

  test("shows the actual and the declared state if nothing was written", () => {
    const text = alertText(buildAlert({ ...input, outcome: "held" }));
    expect(text).toContain("\nIs:       AES256, SSE-C blocked\nDeclared: aws:kms, key");
    expect(text).not.toContain("Before:");
    expect(text).not.toContain("After:");
  });

  test.each<[Outcome, string]>([
    ["held", "The bucket invoices differs from policy. Bucketseal held the change back: a person has to decide."],
    ["reported", "The bucket invoices differs from policy. Bucketseal did not change it."],
    ["contested", "The bucket invoices is contested: someone keeps undoing Bucketseal's changes, so it stopped."],
    ["unreadable", "The bucket invoices could not be judged, so nothing was changed."],
    ["failed", "The bucket invoices differs from policy, and changing it failed."],
    ["gone", "The bucket invoices is gone."],
    ["exempt", "The bucket invoices is exempt and was left alone."],
    ["superseded", "The bucket invoices was changed by someone else meanwhile, so Bucketseal will look at it again."],
    ["left alone", "The bucket invoices needs no change."],
  ])("begins so when it was %s", (outcome, line) => {
    expect(firstLine(buildAlert({ ...input, outcome }))).toBe(line);
  });

  test.each([
    ["PutBucketEncryption", "changed back to aws:kms"],
    ["DeleteBucketEncryption", "changed back to aws:kms"],
    ["CreateBucket", "changed to aws:kms"],
    ["PutBucketTagging", "changed to aws:kms"],
  ])("says that after %s the bucket was %s", (eventName, said) => {
    const trigger = { ...(input.trigger as NonNullable<AlertInput["trigger"]>), eventName };
    expect(firstLine(buildAlert({ ...input, trigger }))).toBe(`The bucket invoices was ${said}.`);
  });

  test("is a whole sentence for a change without an event or a plan", () => {
    expect(firstLine(buildAlert({ ...input, trigger: null }))).toBe("The bucket invoices was changed to aws:kms.");
    expect(firstLine(buildAlert({ ...input, plan: { ...input.plan, after: null } }))).toBe(
      "The bucket invoices was changed back to the declared encryption.",
    );
  });
});

describe("the text about the policy", () => {
  const base = { id: "p-1", now: input.now, account: "111122223333", region: "eu-west-1" };
  const moved = {
    kind: "moved",
    from: 3,
    to: 4,
    by: "bob",
    weaker: ["rule a: KMS becomes AES256"],
    stronger: ["rule b: blocks SSE-C"],
  } as const;

  test("reads like this when it moved", () => {
    expect(alertText(buildPolicyAlert({ ...base, change: moved }))).toBe(`Version 4 of the policy replaced version 3.

Who:      bob
Where:    account 111122223333, eu-west-1

Weaker than before:
- rule a: KMS becomes AES256

Stronger than before:
- rule b: blocks SSE-C

What to do next:
- If this was intended, nothing; otherwise run: bucketseal policy rollback 3

Severity high. Alert p-1.
`);
  });

  test("says if it is the first, and leaves out what is unknown", () => {
    const text = alertText(
      buildPolicyAlert({ ...base, change: { ...moved, from: null, by: null, weaker: [], stronger: [] } }),
    );
    expect(text).toMatch(/^Version 4 of the policy, the first one, is in force\.\n\nWhere:/);
    expect(text).not.toContain("before");
  });

  test.each([
    [4, "Version 4 of the policy was refused; nothing is written until this is resolved: its hash is wrong"],
    [null, "A version of the policy was refused; nothing is written until this is resolved: its hash is wrong"],
  ])("says which version was refused: %s", (version, line) => {
    expect(
      firstLine(buildPolicyAlert({ ...base, change: { kind: "refused", version, why: "its hash is wrong" } })),
    ).toBe(line);
  });

  test("is a whole sentence even for an empty document", () => {
    expect(firstLine({ ...buildPolicyAlert({ ...base, change: moved }), policy: null })).toBe("The policy changed.");
  });
});

describe("the caller, in words,", () => {
  const nobody = { ...alice, arn: null, accountId: null, sourceIp: null, type: "Unknown" };
  const session = {
    ...nobody,
    type: "AssumedRole",
    arn: "arn:aws:sts::111122223333:assumed-role/Deploy/ci",
    session: "ci",
  };

  test.each<[string, NonNullable<Alert["actor"]>, string, string | null]>([
    ["an IAM user", alice, "alice (IAM user, arn:aws:iam::111122223333:user/alice), from 198.51.100.7", "alice"],
    ["a role session", session, "ci (role session, arn:aws:sts::111122223333:assumed-role/Deploy/ci)", "ci"],
    [
      "one with a source identity, through a service",
      { ...session, sourceIdentity: "alice", invokedBy: "cloudformation.amazonaws.com" },
      "ci (role session, arn:aws:sts::111122223333:assumed-role/Deploy/ci), source identity alice, through cloudformation.amazonaws.com",
      "ci",
    ],
    [
      "a role",
      { ...session, type: "Role" },
      "ci (role session, arn:aws:sts::111122223333:assumed-role/Deploy/ci)",
      "ci",
    ],
    [
      "the root user",
      { ...nobody, type: "Root", accountId: "111122223333" },
      "the root user of 111122223333",
      "the root user of 111122223333",
    ],
    [
      "some root user",
      { ...nobody, type: "Root" },
      "the root user of an unknown account",
      "the root user of an unknown account",
    ],
    [
      "a session of another account",
      { ...nobody, type: "AWSAccount", accountId: "444455556666", session: "theirs" },
      "theirs (a caller from account 444455556666)",
      "theirs",
    ],
    [
      "another account",
      { ...nobody, type: "AWSAccount", accountId: "444455556666" },
      "account 444455556666 (a caller from account 444455556666)",
      "account 444455556666",
    ],
    [
      "an unnamed account",
      { ...nobody, type: "AWSAccount" },
      "an unknown caller (a caller from account unknown)",
      null,
    ],
    [
      "an AWS service",
      { ...nobody, type: "AWSService", invokedBy: "s3.amazonaws.com" },
      "s3.amazonaws.com (AWS service)",
      "s3.amazonaws.com",
    ],
    [
      "a federated user",
      { ...nobody, type: "FederatedUser", session: "bob", accountId: "1" },
      "bob (federated user, account 1)",
      "bob",
    ],
    ["a SAML user", { ...nobody, type: "SAMLUser", session: "bob" }, "bob (SAML user)", "bob"],
    ["a web identity user", { ...nobody, type: "WebIdentityUser", session: "bob" }, "bob (web identity user)", "bob"],
    [
      "an Identity Center user",
      { ...nobody, type: "IdentityCenterUser", session: "u-1", accountId: "1" },
      "u-1 (IAM Identity Center user, account 1)",
      "u-1",
    ],
    ["a type nobody knows", { ...nobody, type: "Martian" }, "an unknown caller (Martian)", null],
  ])("%s", (_, actor, text, name) => {
    expect(actorText(actor)).toBe(text);
    expect(actorName(actor)).toBe(name);
  });
});

describe("an encryption, in words,", () => {
  test.each<[NonNullable<Alert["before"]>, string]>([
    [{ algorithm: "AES256", bucketKey: false, sseC: "SSE-C" }, "AES256, SSE-C blocked"],
    [{ algorithm: "AES256", bucketKey: true, sseC: "NONE" }, "AES256, bucket key on, SSE-C allowed"],
    [
      { algorithm: "aws:kms", bucketKey: false, sseC: "not-stated" },
      "aws:kms, no key named, bucket key off, SSE-C not stated",
    ],
    [
      { algorithm: "aws:kms:dsse", key: "k", bucketKey: false, sseC: "SSE-C" },
      "aws:kms:dsse, key k, bucket key off, SSE-C blocked",
    ],
    [{ bucketKey: false, sseC: "SSE-C" }, "no default (S3 uses AES256), SSE-C blocked"],
    [{ key: "k", bucketKey: true, sseC: "SSE-C" }, "no default (S3 uses AES256), key k, bucket key on, SSE-C blocked"],
  ])("%j", (encryption, text) => {
    expect(encryptionText(encryption)).toBe(text);
  });
});
