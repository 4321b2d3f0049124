import { describe, expect, test } from "vitest";
import type { Plan } from "#core/decide/plan";
import { keyExists } from "#core/guard/declared-key";
import { checks, guardBucket } from "#core/guard/guard";
import type { GuardFacts } from "#core/guard/hazard";
import type { KeyFacts } from "#core/key/key";
import { aliasArn, denied, keyArn, keyFacts, known, ref } from "../../support/core/world.ts";

const alias = aliasArn("s3-default");
const plan: Plan = {
  action: "write",
  verdict: "violation",
  rule: "baseline",
  exemption: null,
  mode: "enforce",
  before: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
  after: { algorithm: "aws:kms", key: keyArn(1), bucketKey: true, sseC: "SSE-C" },
  declaredKey: alias,
  reasons: [],
};

function facts(changes: Partial<KeyFacts> = {}): GuardFacts {
  return { ref, key: known(keyFacts(keyArn(1), changes)) };
}

describe("the guard", () => {
  test("lets a write pass whose key is sound", () => {
    expect(guardBucket(plan, facts())).toEqual({ verdict: "clear", reasons: [] });
    expect(guardBucket({ ...plan, declaredKey: keyArn(1) }, facts())).toEqual({ verdict: "clear", reasons: [] });
    expect(guardBucket(plan, facts({ manager: "AWS" }))).toEqual({ verdict: "clear", reasons: [] });
  });

  test.each<[string, Partial<KeyFacts>, string, string]>([
    ["a disabled key", { state: "Disabled" }, "key-disabled", `the declared key ${keyArn(1)} is in state Disabled`],
    [
      "a key that will be deleted",
      { state: "PendingDeletion" },
      "key-disabled",
      `the declared key ${keyArn(1)} is in state PendingDeletion`,
    ],
    [
      "a state nobody knows",
      { state: "<new>" },
      "key-disabled",
      `the declared key ${keyArn(1)} is in state \\u{3c}new\\u{3e}`,
    ],
    [
      "an asymmetric key",
      { spec: "RSA_2048" },
      "key-unusable",
      `the declared key ${keyArn(1)} is RSA_2048 for ENCRYPT_DECRYPT, and S3 needs a symmetric encryption key`,
    ],
    [
      "a key for signing",
      { usage: "SIGN_VERIFY" },
      "key-unusable",
      `the declared key ${keyArn(1)} is SYMMETRIC_DEFAULT for SIGN_VERIFY, and S3 needs a symmetric encryption key`,
    ],
  ])("holds %s", (_, changes, code, text) => {
    expect(guardBucket(plan, facts(changes))).toEqual({ verdict: "hazard", reasons: [{ code, text }] });
  });

  test("holds a key of another Region", () => {
    const key = keyArn(1, { region: "us-east-1" });
    const there = { ...plan, declaredKey: key, after: { ...(plan.after as NonNullable<Plan["after"]>), key } };
    expect(guardBucket(there, { ref, key: known(keyFacts(key)) })).toEqual({
      verdict: "hazard",
      reasons: [{ code: "key-other-region", text: `the declared key ${key} is not in eu-west-1, where the bucket is` }],
    });
  });

  test("holds an AWS managed key of another account, but no other key of another account", () => {
    const key = keyArn(1, { account: "999999999999" });
    const there = { ...plan, declaredKey: key, after: { ...(plan.after as NonNullable<Plan["after"]>), key } };
    expect(guardBucket(there, { ref, key: known(keyFacts(key)) }).verdict).toBe("clear");
    expect(guardBucket(there, { ref, key: known(keyFacts(key, { manager: "AWS" })) })).toEqual({
      verdict: "hazard",
      reasons: [
        {
          code: "key-unusable",
          text: `the declared key ${key} is an AWS managed key of another account, which cannot be shared`,
        },
      ],
    });
  });

  test("holds a key that is gone", () => {
    expect(guardBucket(plan, { ref, key: known(null) })).toEqual({
      verdict: "hazard",
      reasons: [{ code: "key-missing", text: `the declared key ${alias} does not exist` }],
    });
  });

  test("holds a key of another Region, which KMS does not find", () => {
    const key = keyArn(1, { region: "us-east-1" });
    expect(guardBucket({ ...plan, declaredKey: key }, { ref, key: known(null) })).toEqual({
      verdict: "hazard",
      reasons: [{ code: "key-other-region", text: `the declared key ${key} is not in eu-west-1, where the bucket is` }],
    });
  });

  test("holds an alias that moved since the plan was made", () => {
    expect(guardBucket(plan, { ref, key: known(keyFacts(keyArn(2))) })).toEqual({
      verdict: "hazard",
      reasons: [
        {
          code: "alias-moved",
          text: `the declared key ${alias} names ${keyArn(2)} now, and the plan was made for ${keyArn(1)}`,
        },
      ],
    });
  });

  test.each<[string, GuardFacts["key"], string]>([
    ["could not be read", denied, "AccessDenied"],
    ["nobody looked at", null, "it was not looked at"],
  ])("stops at a key that %s: unknown", (_, key, why) => {
    expect(guardBucket(plan, { ref, key })).toEqual({
      verdict: "unknown",
      reasons: [{ code: "key-unknown", text: `the declared key ${alias} could not be read: ${why}` }],
    });
    expect(keyExists(plan, { ref, key }).verdict).toBe("unknown");
  });

  test("tells all that speaks against a write, and a hazard outweighs the unknown", () => {
    const result = guardBucket(plan, { ref, key: known(keyFacts(keyArn(2), { state: "Disabled", spec: "HMAC_256" })) });
    expect(result.verdict).toBe("hazard");
    expect(result.reasons.map((reason) => reason.code)).toEqual(["key-disabled", "key-unusable", "alias-moved"]);
  });

  test("has nothing to say where no key is declared, whatever the carried-over one is", () => {
    for (const key of [null, denied, known(null), known(keyFacts(keyArn(3), { state: "Disabled" }))]) {
      expect(guardBucket({ ...plan, declaredKey: null }, { ref, key })).toEqual({ verdict: "clear", reasons: [] });
    }
  });

  test.each(["none", "hold"] as const)("has nothing to say about a plan whose action is %s", (action) => {
    expect(guardBucket({ ...plan, action }, { ref, key: null })).toEqual({ verdict: "clear", reasons: [] });
  });

  test("asks every check on its list", () => {
    expect(checks).toHaveLength(6);
    expect(checks.map((check) => check(plan, facts()).verdict)).toEqual(Array(6).fill("clear"));
  });
});
