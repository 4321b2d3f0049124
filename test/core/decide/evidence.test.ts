import { describe, expect, test } from "vitest";
import { decide } from "#core/decide/decide";
import { keyEvidence, type Observed } from "#core/decide/evidence";
import type { Facts } from "#core/decide/facts";
import type { Rule } from "#core/policy/policy";
import { aliasArn, denied, keyArn, keyFacts, known, policyOf, ref } from "../../support/core/world.ts";

const alias = aliasArn("s3-default");
const mine = aliasArn("mine");
const kms = { algorithm: "aws:kms", key: "default" };
const observed: Observed = { algorithm: "aws:kms", key: keyArn(1), bucketKey: false, sseC: "SSE-C" };
const dsse: Observed = { ...observed, algorithm: "aws:kms:dsse" };
const nothing: Facts = { now: 0, ref, keys: new Map(), pins: new Map() };

function evidence(
  keys: Record<string, string>,
  seen: Observed,
  facts: Partial<Facts> = {},
  spelled: string | null = keys.default ?? null,
) {
  const { policy } = policyOf({ keys, rules: [{ encryption: kms }] });
  return keyEvidence(policy, policy.rules[0] as Rule, { ...nothing, ...facts }, seen, spelled);
}

describe("the evidence about keys that a decision asks for is", () => {
  test("complete if the declared and the observed key are ARNs", () => {
    expect(evidence({ default: keyArn(1) }, observed)).toEqual({
      kind: "known",
      key: keyArn(1),
      match: "same",
      isNamed: true,
      unread: null,
      moved: [],
    });
  });

  test("no key if the rule declares none", () => {
    expect(evidence({ default: keyArn(1) }, observed, {}, null)).toEqual({
      kind: "known",
      key: null,
      match: "same",
      isNamed: true,
      unread: null,
      moved: [],
    });
  });

  test("the observed alias alone if the declared key is an ARN", () => {
    expect(evidence({ default: keyArn(1) }, { ...observed, key: mine })).toEqual({
      kind: "needs",
      needs: [{ fact: "key", arn: mine }],
    });
  });

  test("another key's alias alone if only its name is open", () => {
    expect(evidence({ default: keyArn(1), audit: mine }, { ...dsse, key: keyArn(2) })).toEqual({
      kind: "needs",
      needs: [
        { fact: "key", arn: mine },
        { fact: "pin", alias: mine },
      ],
    });
    expect(evidence({ default: keyArn(1), audit: mine }, dsse)).toMatchObject({ kind: "known", isNamed: true });
  });

  test("the declared alias alone if nothing else is open", () => {
    expect(evidence({ default: alias }, { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" })).toEqual({
      kind: "needs",
      needs: [
        { fact: "key", arn: alias },
        { fact: "pin", alias },
      ],
    });
  });

  test("a moved alias with the key that it names, and a key under it with the rest", () => {
    const facts = { keys: new Map([[alias, known(keyFacts(keyArn(1)))]]), pins: new Map([[alias, known(keyArn(2))]]) };
    expect(evidence({ default: alias }, observed, facts)).toEqual({
      kind: "known",
      key: keyArn(1),
      match: "same",
      isNamed: true,
      unread: null,
      moved: [{ kind: "moved", alias, from: keyArn(2), to: keyArn(1) }],
    });
  });

  test("nothing more once the declared key is missing or cannot be read", () => {
    expect(evidence({ default: alias }, { ...observed, key: mine }, { keys: new Map([[alias, known(null)]]) })).toEqual(
      {
        kind: "missing",
      },
    );
    expect(evidence({ default: alias }, { ...observed, key: mine }, { keys: new Map([[alias, denied]]) })).toEqual({
      kind: "unreadable",
      what: `key ${alias}`,
      error: { name: "AccessDenied", message: "Access Denied" },
    });
  });
});

test("preceded by the encryption, once a rule is found", () => {
  const policy = policyOf({ keys: { default: alias }, rules: [{ encryption: kms }] });
  expect(decide(policy, nothing)).toEqual({ kind: "needs", needs: [{ fact: "encryption" }] });
});
