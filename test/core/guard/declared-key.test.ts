import { describe, expect, test } from "vitest";
import type { Plan } from "#core/decide/plan";
import type { Fact } from "#core/fact";
import { unlooked } from "#core/guard/facts";
import { guard } from "#core/guard/guard";
import { hazards } from "#core/guard/hazards";
import { keyDisabled } from "#core/guard/hazards/key-disabled";
import { keyMissing } from "#core/guard/hazards/key-missing";
import type { KeyFacts } from "#core/key/key";
import { calm } from "../../support/core/calm.ts";
import { aliasArn, denied, keyArn, keyFacts, known, ref } from "../../support/core/world.ts";

const alias = aliasArn("s3-default");
const plan: Plan = {
  action: "write",
  verdict: "violation",
  rule: "baseline",
  exemption: null,
  mode: "enforce",
  accept: [],
  namesBucket: false,
  before: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
  after: { algorithm: "aws:kms", key: keyArn(1), bucketKey: true, sseC: "SSE-C" },
  declaredKey: alias,
  differs: ["algorithm"],
  reasons: [],
};

type KeyFact = Fact<KeyFacts | null>;

function sound(changes: Partial<KeyFacts> = {}): KeyFact {
  return known(keyFacts(keyArn(1), changes));
}

/** What the guard says of a plan whose declared key is this one. */
async function guarded(judged: Plan, key: KeyFact) {
  const { kind, reasons } = await guard({ ...calm, key: async () => key }, { ref, policyKeys: {} }, judged);
  return { kind, reasons };
}

/** The same, with the key looked at. */
function seen(key: KeyFact) {
  return { ...unlooked({ ref, policyKeys: {} }), freshKeys: new Map([[alias, key]]) };
}

describe("the guard", () => {
  test("is clear if the key is sound", async () => {
    expect(await guarded(plan, sound())).toEqual({ kind: "clear", reasons: [] });
    expect(await guarded({ ...plan, declaredKey: keyArn(1) }, sound())).toEqual({ kind: "clear", reasons: [] });
    expect(await guarded(plan, sound({ manager: "AWS" }))).toEqual({ kind: "clear", reasons: [] });
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
  ])("holds %s", async (_, changes, code, text) => {
    expect(await guarded(plan, sound(changes))).toEqual({ kind: "hazard", reasons: [{ code, text }] });
  });

  test("holds a key of another Region", async () => {
    const key = keyArn(1, { region: "us-east-1" });
    const there = { ...plan, declaredKey: key, after: { ...(plan.after as NonNullable<Plan["after"]>), key } };
    expect(await guarded(there, known(keyFacts(key)))).toEqual({
      kind: "hazard",
      reasons: [{ code: "key-other-region", text: `the declared key ${key} is not in eu-west-1, where the bucket is` }],
    });
  });

  test("holds an AWS managed key of another account, but no other key of another account", async () => {
    const key = keyArn(1, { account: "999999999999" });
    const there = { ...plan, declaredKey: key, after: { ...(plan.after as NonNullable<Plan["after"]>), key } };
    expect((await guarded(there, known(keyFacts(key)))).kind).toBe("clear");
    expect(await guarded(there, known(keyFacts(key, { manager: "AWS" })))).toEqual({
      kind: "hazard",
      reasons: [
        {
          code: "key-unusable",
          text: `the declared key ${key} is an AWS managed key of another account, which cannot be shared`,
        },
      ],
    });
  });

  test("holds a key that is gone", async () => {
    expect(await guarded(plan, known(null))).toEqual({
      kind: "hazard",
      reasons: [{ code: "key-missing", text: `the declared key ${alias} does not exist` }],
    });
  });

  test("holds a key of another Region, which KMS does not find", async () => {
    const key = keyArn(1, { region: "us-east-1" });
    expect(await guarded({ ...plan, declaredKey: key }, known(null))).toEqual({
      kind: "hazard",
      reasons: [{ code: "key-other-region", text: `the declared key ${key} is not in eu-west-1, where the bucket is` }],
    });
  });

  test("holds an alias that moved since the plan was made", async () => {
    expect(await guarded(plan, known(keyFacts(keyArn(2))))).toEqual({
      kind: "hazard",
      reasons: [
        {
          code: "alias-moved",
          text: `the declared key ${alias} names ${keyArn(2)} now, and the plan was made for ${keyArn(1)}`,
        },
      ],
    });
  });

  test("is unknown if the key could not be read", async () => {
    expect(await guarded(plan, denied)).toEqual({
      kind: "unknown",
      reasons: [{ code: "key-unknown", text: `the declared key ${alias} could not be read: AccessDenied` }],
    });
    expect(keyMissing.check(plan, seen(denied)).kind).toBe("unknown");
  });

  test("reads the key once for all checks", () => {
    const nothing = unlooked({ ref, policyKeys: {} });
    expect(keyMissing.check(plan, nothing)).toEqual({ kind: "needs", needs: [{ fact: "freshKey", arn: alias }] });
    expect(keyDisabled.check(plan, nothing)).toEqual({ kind: "clear" });
  });

  test("names every hazard of a write", async () => {
    const result = await guarded(plan, known(keyFacts(keyArn(2), { state: "Disabled", spec: "HMAC_256" })));
    expect(result.kind).toBe("hazard");
    expect(result.reasons.map((reason) => reason.code)).toEqual(["key-disabled", "key-unusable", "alias-moved"]);
  });

  test("finds no hazard if no key is declared, whatever key is carried over", async () => {
    for (const key of [denied, known(null), known(keyFacts(keyArn(3), { state: "Disabled" }))]) {
      expect(await guarded({ ...plan, declaredKey: null }, key)).toEqual({ kind: "clear", reasons: [] });
    }
  });

  test.each(["none", "hold"] as const)("has nothing to say about a plan whose action is %s", async (action) => {
    expect(await guarded({ ...plan, action }, denied)).toEqual({ kind: "clear", reasons: [] });
  });

  test("checks every hazard of the declared key, and no rule can accept one of them", () => {
    const asked = hazards.filter(({ about, isAcceptable }) => !isAcceptable && about.includes("bucket"));
    expect(asked.map(({ name }) => name)).toEqual([
      "key-missing",
      "key-disabled",
      "key-not-symmetric",
      "key-in-other-region",
      "key-not-shareable",
      "alias-moved",
    ]);
    expect(asked.map(({ check }) => check(plan, seen(sound())))).toEqual(Array(6).fill({ kind: "clear" }));
    expect(asked.filter(({ isAcceptable }) => isAcceptable)).toEqual([]);
  });
});
