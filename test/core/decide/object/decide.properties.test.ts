import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ObjectFacts } from "#core/decide/object/facts";
import { isWrite } from "#core/decide/object/plan";
import type { ObjectEncryption } from "#core/encryption";
import { isAlgorithm, strengthOf } from "#core/encryption";
import { parseKmsArn } from "#core/key/arn";
import { keyArnOf } from "#core/key/template";
import { policyDocument, world } from "../../../support/core/arbitraries.ts";
import { judgedObject, type ObjectAround, objectFacts } from "../../../support/core/object-facts.ts";
import { denied, keyArn, policyOf } from "../../../support/core/world.ts";
import { runs } from "../../../support/soak.ts";

const RUNS = { numRuns: runs(2000) };

const objects = fc.record({
  onWrite: fc.constantFrom("enforce", "enforce", "observe", "off"),
  copy: fc.boolean(),
  except: fc.constantFrom([], [], ["tmp/*"]),
});
const document = fc
  .tuple(policyDocument, fc.array(objects, { minLength: 3, maxLength: 3 }))
  .map(([given, all]) => ({ ...given, rules: given.rules.map((rule, at) => ({ ...rule, objects: all[at] })) }));
const policy = document.map(policyOf);

/** Rules that weaken, and rules with tag conditions. */
const tagged = fc
  .tuple(
    document,
    fc.array(
      fc.record({
        match: fc.constantFrom({}, { tags: { team: "a" } }, { except: { tags: { team: "b" } } }),
        encryption: fc.constantFrom({ algorithm: "AES256" }, { algorithm: "aws:kms", key: "first" }),
      }),
      { minLength: 2, maxLength: 3 },
    ),
  )
  .map(([{ keys }, rules]) => ({
    keys,
    rules: rules.map((rule) => ({
      ...rule,
      stronger: "weaken",
      trustTags: true,
      objects: { onWrite: "enforce", copy: true },
    })),
  }));

const key = fc.constantFrom(keyArn(1), keyArn(2), keyArn(3), keyArn(9, { account: "999999999999" }), keyArn(8));
const encryption: fc.Arbitrary<ObjectEncryption> = fc.oneof(
  fc.constantFrom<ObjectEncryption[]>(
    { algorithm: "AES256", bucketKey: false },
    { algorithm: "none", bucketKey: false },
    { algorithm: "SSE-C", bucketKey: false },
  ),
  fc.record({ algorithm: fc.constant("aws:kms" as const), key, bucketKey: fc.boolean() }),
  fc.record({ algorithm: fc.constant("aws:kms:dsse" as const), key, bucketKey: fc.constant(false) }),
);
const head: fc.Arbitrary<ObjectFacts> = fc
  .record(
    {
      encryption,
      size: fc.constantFrom(0, 5, 6e9),
      versionId: fc.constantFrom("v1", "null"),
      storageClass: fc.constantFrom("STANDARD", "GLACIER", "DEEP_ARCHIVE", "GLACIER_IR"),
      replication: fc.constantFrom("PENDING", "COMPLETED", "REPLICA", "FAILED"),
      legalHold: fc.boolean(),
      lockUntil: fc.constantFrom("2026-01-01T00:00:00.000Z", "2099-01-01T00:00:00.000Z"),
      isCurrent: fc.boolean(),
      restored: fc.boolean(),
    },
    { requiredKeys: ["encryption"] },
  )
  .map(objectFacts);
const around: fc.Arbitrary<ObjectAround> = fc
  .tuple(world, fc.oneof({ weight: 9, arbitrary: head }, { weight: 1, arbitrary: fc.constantFrom(null, denied) }))
  .chain(([given, seen]) =>
    fc.constantFrom("a", "tmp/a").map((name) => ({ ...given, head: seen, key: name }) as ObjectAround),
  );

describe("decideObject", () => {
  test("comes to a plan within five rounds, never asks twice, and never asks for nothing", () => {
    fc.assert(
      fc.property(policy, around, (compiled, given) => {
        const { asked } = judgedObject(compiled, given);
        expect(asked.length).toBeLessThanOrEqual(5);
        const all = asked.flat().map((need) => JSON.stringify(need));
        expect(new Set(all).size).toBe(all.length);
        expect(asked.every((round) => round.length > 0)).toBe(true);
      }),
      RUNS,
    );
  });

  test("states before and after if it writes, and a reason unless the object is compliant", () => {
    fc.assert(
      fc.property(policy, around, (compiled, given) => {
        const { plan } = judgedObject(compiled, given);
        if (plan.verdict !== "compliant") expect(plan.reasons.length).toBeGreaterThan(0);
        const isHeldUnseen = plan.action === "hold" && plan.verdict === "unknown" && plan.seen === null;
        expect(plan.action === "none" || plan.verdict === "violation" || isHeldUnseen).toBe(true);
        if (!isWrite(plan)) return;
        const { seen, after } = plan;
        expect(plan.before).toEqual(seen.encryption);
        expect(seen.legalHold || ["PENDING", "REPLICA"].includes(seen.replication ?? "")).toBe(false);
        expect(seen.encryption.algorithm).not.toBe("SSE-C");
        expect(["enforce", "observe"]).toContain(plan.mode);
        if (plan.action === "update") {
          expect(["AES256", "aws:kms"]).toContain(seen.encryption.algorithm);
          expect([after.algorithm, parseKmsArn(after.key ?? "")?.account]).toEqual(["aws:kms", "111122223333"]);
        } else {
          expect(seen.isCurrent && seen.size <= 5 * 1024 ** 3).toBe(true);
        }
      }),
      RUNS,
    );
  });

  test("is compliant with its own result", () => {
    fc.assert(
      fc.property(policy, around, (compiled, given) => {
        const { plan } = judgedObject(compiled, given);
        if (!isWrite(plan)) return;
        const { algorithm, key: wanted, bucketKey } = plan.after;
        const written = { algorithm, bucketKey, ...(wanted === undefined ? {} : { key: wanted }) };
        const next = judgedObject(compiled, { ...given, head: { ...plan.seen, encryption: written } }).plan;
        expect(next).toMatchObject({ action: "none", verdict: "compliant" });
      }),
      RUNS,
    );
  });

  test("weakens nothing unless the rule says so, never because of a tag, and never counts a key that no policy names as strong", () => {
    fc.assert(
      fc.property(fc.oneof(document, tagged), around, (given, where) => {
        const compiled = policyOf(given);
        const { plan, facts } = judgedObject(compiled, where);
        if (!isWrite(plan)) return;
        const { algorithm, key: under = "" } = plan.seen.encryption;
        if (!isAlgorithm(algorithm) || strengthOf(plan.after.algorithm) >= strengthOf(algorithm)) return;
        const rule = compiled.policy.rules.find(({ id }) => id === plan.rule);
        const named = ["first", "second", "third"]
          .map((name) => keyArnOf(compiled.policy, name, facts.ref))
          .map((arn) => (parseKmsArn(arn)?.kind === "key" ? arn : where.keys?.[arn]));
        expect(rule?.stronger === "weaken" || !named.includes(under)).toBe(true);
        for (const tags of [{}, { team: "a" }, { team: "b" }]) {
          expect(judgedObject(compiled, { ...where, tags }).plan.rule).toBe(plan.rule);
        }
      }),
      RUNS,
    );
  });
});
