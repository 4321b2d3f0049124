import { describe, expect, test } from "vitest";
import type { ObjectFacts } from "#core/decide/object/facts";
import type { ObjectPlan } from "#core/decide/object/plan";
import type { ObjectEncryption } from "#core/encryption";
import type { ObjectSource } from "#core/event/trigger";
import { judgedObject, type ObjectAround, objectFacts } from "../../../support/core/object-facts.ts";
import { aliasArn, denied, keyArn, policyOf, ref } from "../../../support/core/world.ts";

const alias = aliasArn("s3-default");
const own = keyArn(1);
const other = keyArn(2);
const foreign = keyArn(9, { account: "999999999999" });
const keys = { default: "arn:{partition}:kms:{region}:{account}:alias/s3-default", central: foreign, second: other };
const kms = { algorithm: "aws:kms", key: "default", bucketKey: true };
const dsse = { algorithm: "aws:kms:dsse", key: "default" };
const aes = { algorithm: "AES256" };
const around: ObjectAround = { keys: { [alias]: own } };

interface RuleParts {
  readonly encryption?: object;
  readonly objects?: object;
  readonly [field: string]: unknown;
}

function policy({ encryption = kms, objects = {}, ...rule }: RuleParts = {}, before: readonly object[] = []) {
  const baseline = { id: "baseline", encryption, objects: { onWrite: "enforce", copy: true, ...objects }, ...rule };
  return policyOf({ keys, rules: [...before, baseline] });
}

function plan(rule: RuleParts, encryption: ObjectEncryption, head: Partial<ObjectFacts> = {}): ObjectPlan {
  return judgedObject(policy(rule), { ...around, head: objectFacts({ encryption, ...head }) }).plan;
}

const sse = { algorithm: "AES256", bucketKey: false } as const;
const none = { algorithm: "none", bucketKey: false } as const;
const under = (key: string, bucketKey = true): ObjectEncryption => ({ algorithm: "aws:kms", key, bucketKey });
const twice = (key: string): ObjectEncryption => ({ algorithm: "aws:kms:dsse", key, bucketKey: false });

const codes = ({ reasons }: ObjectPlan) => reasons.map(({ code }) => code);
const texts = ({ reasons }: ObjectPlan) => reasons.map(({ text }) => text);

const CODES: Readonly<Record<string, string>> = {
  "no rule matches": "no-rule",
  "rule baseline is off": "mode-off",
  "rule baseline does not cover objects": "objects-off",
  "rule baseline declares no algorithm": "objects-off",
  "rule baseline excludes tmp/*": "key-excepted",
};

describe("which objects a rule covers:", () => {
  const nothing = { action: "none", before: null, after: null, seen: null, declaredKey: null };

  test.each<[string, ReturnType<typeof policyOf>, Partial<ObjectAround>, Partial<ObjectPlan>, string]>([
    [
      "no rule matches: unmanaged",
      policyOf({ keys, rules: [{ match: { buckets: ["else"] }, encryption: kms, objects: { onWrite: "enforce" } }] }),
      {},
      { verdict: "unmanaged", rule: null, mode: "observe" },
      "no rule matches",
    ],
    [
      "a directory bucket whose rule says nothing of objects: unmanaged",
      policyOf({ keys, rules: [{ id: "baseline", encryption: kms }] }),
      { ref: { ...ref, bucket: "a--x-s3" } },
      { verdict: "unmanaged", rule: "baseline", mode: "off" },
      "rule baseline does not cover objects",
    ],
    [
      "the rule is off: unmanaged",
      policy({ mode: "off" }),
      {},
      { verdict: "unmanaged", rule: "baseline", mode: "off" },
      "rule baseline is off",
    ],
    [
      "the rule says nothing of objects: unmanaged",
      policyOf({ keys, rules: [{ id: "baseline", encryption: kms }] }),
      {},
      { verdict: "unmanaged", rule: "baseline", mode: "off" },
      "rule baseline does not cover objects",
    ],
    [
      "onWrite is off: unmanaged",
      policy({ objects: { onWrite: "off" } }),
      {},
      { verdict: "unmanaged", rule: "baseline", mode: "off" },
      "rule baseline does not cover objects",
    ],
    [
      "the rule declares no algorithm: unmanaged",
      policy({ encryption: { bucketKey: true, blockSseC: false } }),
      {},
      { verdict: "unmanaged", rule: "baseline" },
      "rule baseline declares no algorithm",
    ],
    [
      "the key is excepted: exempt",
      policy({ objects: { except: ["else", "tmp/*"] } }),
      { key: "tmp/a/b" },
      { verdict: "exempt", rule: "baseline" },
      "rule baseline excludes tmp/*",
    ],
  ])("%s, and no call is made", (_, rules, more, expected, text) => {
    const { plan: found, asked } = judgedObject(rules, { ...around, ...more });
    expect(asked).toEqual([]);
    expect(found).toMatchObject({ ...nothing, ...expected });
    expect(texts(found)).toEqual([text]);
    expect(codes(found)).toEqual([CODES[text]]);
  });

  test.each<[string, ObjectSource, readonly ObjectSource[] | undefined, string | undefined]>([
    ["S3's events alone", "s3-events", ["s3-events"], undefined],
    ["data events alone", "data-events", ["data-events"], undefined],
    ["both", "data-events", ["s3-events", "data-events"], undefined],
    ["nobody's event", "data-events", undefined, undefined],
    [
      "data events, and the rule goes by S3's",
      "s3-events",
      ["data-events"],
      "rule baseline uses s3-events as its source",
    ],
    [
      "S3's events, and the rule goes by data events",
      "data-events",
      ["s3-events"],
      "rule baseline uses data-events as its source",
    ],
  ])("an object is judged by the rule's source, if its look is asked for by %s", (_, source, sources, text) => {
    const { plan: found, asked } = judgedObject(policy({ objects: { source } }), around, sources && { sources });
    expect(asked.length === 0).toBe(text !== undefined);
    expect(found.verdict).toBe(text === undefined ? "violation" : "unmanaged");
    if (text === undefined) return;
    expect(found).toMatchObject({ ...nothing, rule: "baseline" });
    expect([codes(found), texts(found)]).toEqual([["other-source"], [text]]);
  });

  test("the objects of an exempt bucket are exempt", () => {
    const exemptions = [{ id: "partner", match: { buckets: ["inv*"] }, until: "2027-01-31", reason: "agreed" }];
    const rules = [{ id: "baseline", encryption: kms, objects: { onWrite: "enforce" } }];
    const { plan: found, asked } = judgedObject(policyOf({ keys, rules, exemptions }), around);
    expect(asked).toEqual([]);
    expect(found).toMatchObject({ action: "none", verdict: "exempt", exemption: "partner" });
  });

  test("a glob of except must match the whole key", () => {
    const rules = policy({ objects: { except: ["tmp/*", "a<b"] } });
    expect(judgedObject(rules, { ...around, key: "x/tmp/a" }).plan.action).toBe("update");
    expect(judgedObject(rules, { ...around, key: "tmp" }).plan.action).toBe("update");
    expect(texts(judgedObject(rules, { ...around, key: "a<b" }).plan)).toEqual(["rule baseline excludes a\\u{3c}b"]);
  });

  test("an object is unknown if tags could not be read", () => {
    const rules = policy({ match: { tags: { team: "a" } }, trustTags: true });
    const { plan: found } = judgedObject(rules, { ...around, tags: denied });
    expect(found).toMatchObject({ action: "none", verdict: "unknown", rule: null });
  });

  test.each([
    ["enforce", "enforce", "enforce"],
    ["enforce", "observe", "observe"],
    ["observe", "enforce", "observe"],
    ["observe", "observe", "observe"],
  ])("objects in mode %s with onWrite %s are under %s", (mode, onWrite, expected) => {
    const { plan: found } = judgedObject(policy({ mode, objects: { onWrite } }), around);
    expect(found).toMatchObject({ action: "update", mode: expected });
  });
});

describe("the decision about an object", () => {
  test("is gone if it is, which is normal", () => {
    expect(judgedObject(policy(), { ...around, head: null }).plan).toMatchObject({
      action: "none",
      verdict: "gone",
      seen: null,
      reasons: [{ code: "object-gone", text: "the object is gone" }],
    });
  });

  test("is unknown if it could not be read, and nothing is written", () => {
    const lost = { known: false, error: { name: "Acc<ess", message: "" } } as const;
    expect(judgedObject(policy(), { ...around, head: lost }).plan).toMatchObject({
      action: "none",
      verdict: "unknown",
      reasons: [{ code: "unreadable", text: "the object could not be read: Acc\\u{3c}ess" }],
    });
  });

  test.each(["s3-events", "data-events"])("is held unseen in a directory bucket that a rule names, %s", (source) => {
    const { plan: found, asked } = judgedObject(
      policy({ objects: { source } }),
      { ...around, ref: { ...ref, bucket: "a--use1-az4--x-s3" } },
      { sources: ["data-events"] },
    );
    const text = "a directory bucket, whose objects Bucketseal does not touch";
    expect(asked).toEqual([]);
    expect(found).toMatchObject({
      action: "hold",
      verdict: "unknown",
      rule: "baseline",
      before: null,
      seen: null,
      reasons: [{ code: "directory-bucket", text }],
    });
  });

  test.each<[string, NonNullable<ObjectAround["payer"]>, string, string]>([
    ["requesters pay: held", "Requester", "hold", "requester-pays"],
    ["its owner pays: unknown", "BucketOwner", "none", "unreadable"],
    ["who pays could not be read: unknown", denied, "none", "unreadable"],
  ])("whose read was refused, and %s", (_, payer, action, code) => {
    const head = { known: false, error: { name: "AccessDenied", message: "" } } as const;
    const { plan: found, asked } = judgedObject(policy(), { ...around, head, payer });
    expect(asked).toEqual([[{ fact: "head" }], [{ fact: "payer" }]]);
    expect(found).toMatchObject({ action, verdict: "unknown", before: null, after: null, seen: null });
    expect(codes(found)).toEqual([code]);
  });

  test("is unknown if the declared alias could not be read", () => {
    const found = judgedObject(policy(), { keys: { [alias]: denied } }).plan;
    expect(found).toMatchObject({ action: "none", verdict: "unknown", after: null });
    expect(codes(found)).toEqual(["unreadable"]);
  });

  test("is held if the declared key does not exist", () => {
    const found = judgedObject(policy(), { keys: {} }).plan;
    expect(found).toMatchObject({ action: "hold", verdict: "violation", after: null, declaredKey: alias });
    expect(codes(found)).toEqual(["key-missing"]);
  });

  test("is held if the declared alias moved", () => {
    const found = judgedObject(policy(), { ...around, pins: { [alias]: other } }).plan;
    expect(found.action).toBe("hold");
    expect(codes(found)).toContain("alias-moved");
  });

  test("asks for the object first, then for the keys that it depends on", () => {
    const head = objectFacts({ encryption: under(own) });
    expect(judgedObject(policy(), { ...around, head }).asked).toEqual([
      [{ fact: "head" }],
      [
        { fact: "key", arn: alias },
        { fact: "pin", alias },
      ],
    ]);
  });

  test("leaves an algorithm that only a service manages to that service", () => {
    const found = plan({}, { algorithm: "aws:<fsx" as "AES256", bucketKey: false });
    expect(found).toMatchObject({ action: "none", verdict: "unknown" });
    expect(found.reasons).toEqual([
      {
        code: "service-managed",
        text: "algorithm: aws:\\u{3c}fsx, which an AWS service manages and Bucketseal does not touch",
      },
    ]);
  });
});

describe("an object, compared with what the rule declares for new objects,", () => {
  test.each<[string, RuleParts, ObjectEncryption]>([
    ["the declared key and bucket key", {}, under(own)],
    ["a bucket key that nobody declared", { encryption: { algorithm: "aws:kms", key: "default" } }, under(own, false)],
    ["SSE-S3 as declared", { encryption: aes }, sse],
    ["DSSE as declared", { encryption: dsse }, twice(own)],
    ["stronger than declared, which the rule accepts", { encryption: aes, stronger: "accept" }, under(own)],
  ])("is compliant with %s", (_, rule, encryption) => {
    const found = plan(rule, encryption);
    expect(found).toMatchObject({ action: "none", verdict: "compliant", before: encryption, rule: "baseline" });
    expect(found.seen?.encryption).toEqual(encryption);
  });

  test("is compliant in any encryption if only SSE-C is declared", () => {
    const rule = { encryption: { blockSseC: true } };
    expect(plan(rule, under(foreign))).toMatchObject({ action: "none", verdict: "compliant", reasons: [] });
    expect(plan(rule, { algorithm: "SSE-C", bucketKey: false })).toMatchObject({ action: "hold" });
    const both = { encryption: { blockSseC: true, bucketKey: true } };
    expect(plan(both, sse)).toMatchObject({ action: "none", verdict: "compliant", reasons: [] });
  });

  test.each<[string, RuleParts, ObjectEncryption, ObjectPlan["after"], string[]]>([
    ["SSE-S3", {}, sse, { algorithm: "aws:kms", key: own, bucketKey: true }, ["algorithm: AES256, declared aws:kms"]],
    [
      "no encryption at all",
      {},
      none,
      { algorithm: "aws:kms", key: own, bucketKey: true },
      ["algorithm: none, declared aws:kms"],
    ],
    [
      "no encryption where SSE-S3 is declared",
      { encryption: aes },
      none,
      { algorithm: "AES256", bucketKey: false },
      ["algorithm: none, declared AES256"],
    ],
    [
      "another key",
      {},
      under(other),
      { algorithm: "aws:kms", key: own, bucketKey: true },
      [`key: ${other}, declared ${own}`],
    ],
    [
      "no bucket key",
      {},
      under(own, false),
      { algorithm: "aws:kms", key: own, bucketKey: true },
      ["bucket key: off, declared on"],
    ],
    [
      "DSSE under a key that the policy names nowhere, which is never stronger",
      {},
      twice(keyArn(7)),
      { algorithm: "aws:kms", key: own, bucketKey: true },
      [
        "algorithm: aws:kms:dsse, declared aws:kms; not stronger, since the policy does not name its key",
        `key: ${keyArn(7)}, declared ${own}`,
      ],
    ],
    [
      "DSSE, which the rule weakens",
      { stronger: "weaken" },
      twice(own),
      { algorithm: "aws:kms", key: own, bucketKey: true },
      ["algorithm: aws:kms:dsse, declared aws:kms"],
    ],
    [
      "SSE-KMS, which the rule weakens",
      { encryption: aes, stronger: "weaken" },
      under(own),
      { algorithm: "AES256", bucketKey: false },
      ["algorithm: aws:kms, declared AES256"],
    ],
  ])("is a violation with %s", (_, rule, encryption, after, said) => {
    const found = plan(rule, encryption);
    expect(found).toMatchObject({ verdict: "violation", before: encryption });
    expect(found.after).toStrictEqual(after);
    expect(texts(found)).toEqual(said);
    expect(codes(found).every((code) => /-differs$/.test(code))).toBe(true);
    expect(["update", "copy"]).toContain(found.action);
  });

  test("does not depend on what the rule says about SSE-C in the bucket", () => {
    for (const blockSseC of [true, false]) {
      for (const stronger of ["hold", "accept", "weaken"]) {
        expect(plan({ encryption: { ...kms, blockSseC }, stronger }, under(own))).toMatchObject({
          action: "none",
          verdict: "compliant",
          reasons: [],
        });
      }
    }
  });

  test("is held if the key is in question, even if it is not encrypted", () => {
    const found = judgedObject(policy(), { keys: {}, head: objectFacts({ encryption: none }) }).plan;
    expect(found).toMatchObject({ action: "hold", reasons: [{ code: "key-missing" }] });
    const unread = judgedObject(policy(), { keys: { [alias]: denied }, head: objectFacts({ encryption: none }) }).plan;
    expect(unread).toMatchObject({ action: "none", verdict: "unknown" });
  });

  test("is held if it is stronger, and the plan says what is held back", () => {
    const found = plan({}, twice(other));
    expect(found).toMatchObject({ action: "hold", verdict: "violation", declaredKey: alias });
    expect(codes(found)).toEqual(["stronger", "key-differs"]);
    expect(found.after).toEqual({ algorithm: "aws:kms", key: own, bucketKey: true });
  });
});

describe("an object is repaired", () => {
  const seen = objectFacts({ encryption: sse });

  test.each<[string, RuleParts, ObjectEncryption, Partial<ObjectFacts>, string]>([
    ["SSE-S3 to a key of the account", {}, sse, {}, "update"],
    ["SSE-KMS to another key", {}, under(other), {}, "update"],
    ["an archived object, in place", {}, sse, { storageClass: "DEEP_ARCHIVE" }, "update"],
    ["an older version, in place", {}, sse, { isCurrent: false }, "update"],
    ["a huge one, in place", {}, sse, { size: 5e12 }, "update"],
    ["not encrypted", {}, none, {}, "copy"],
    ["from DSSE", { stronger: "weaken" }, twice(own), {}, "copy"],
    ["to DSSE", { encryption: dsse }, sse, {}, "copy"],
    ["to SSE-S3", { encryption: aes, stronger: "weaken" }, under(own), {}, "copy"],
    ["to a key of another account", { encryption: { algorithm: "aws:kms", key: "central" } }, sse, {}, "copy"],
  ])("%s", (_, rule, encryption, head, action) => {
    expect(plan(rule, encryption, head)).toMatchObject({ action, seen: { ...seen, encryption, ...head } });
  });

  test.each<[string, RuleParts, ObjectEncryption, Partial<ObjectFacts>, string, string]>([
    [
      "SSE-C",
      {},
      { algorithm: "SSE-C", bucketKey: false },
      {},
      "object-sse-c",
      "the object is encrypted with a customer-provided key (SSE-C), so no one else can read it",
    ],
    [
      "larger than the rule allows",
      { objects: { maxBytes: 4 } },
      sse,
      {},
      "object-too-large",
      "5 bytes, more than the 4 that rule baseline allows",
    ],
    [
      "a copy that the rule does not allow",
      { objects: { copy: false } },
      none,
      {},
      "copy-not-allowed",
      "an object under none needs a copy, and the rule does not set copy: true",
    ],
    ["a legal hold", {}, sse, { legalHold: true }, "object-locked", "the object is under a legal hold"],
  ])("or held, with the reason: %s", (_, rule, encryption, head, code, text) => {
    const found = plan(rule, encryption, head);
    expect(found).toMatchObject({ action: "hold", verdict: "violation" });
    expect(found.reasons.at(-1)).toEqual({ code, text });
  });

  test("or held with its violation as the first reason", () => {
    expect(codes(plan({ objects: { maxBytes: 4 } }, sse))).toEqual(["algorithm-differs", "object-too-large"]);
    expect(plan({ objects: { maxBytes: 4 } }, sse).after).toEqual({ algorithm: "aws:kms", key: own, bucketKey: true });
  });

  test("at exactly the size that the rule allows", () => {
    expect(plan({ objects: { maxBytes: 5 } }, sse).action).toBe("update");
  });

  test("without a copy if the rule does not mention copies", () => {
    const rules = policyOf({ keys, rules: [{ encryption: kms, objects: { onWrite: "enforce" } }] });
    const head = objectFacts({ encryption: none });
    expect(judgedObject(rules, { ...around, head }).plan.action).toBe("hold");
  });
});

describe("a tag never weakens an object", () => {
  const weak = { encryption: aes, stronger: "weaken", trustTags: true };
  const head = objectFacts({ encryption: under(own) });
  const held = { action: "hold", verdict: "violation" };

  test.each<[string, RuleParts, readonly object[], Partial<ObjectAround>]>([
    ["that chose the rule", { ...weak, match: { tags: { team: "a" } } }, [], { tags: { team: "a" } }],
    [
      "that is missing where the rule excepts it",
      { ...weak, match: { except: { tags: { team: "a" } } } },
      [],
      { tags: {} },
    ],
    [
      "that an earlier, stronger rule missed",
      weak,
      [{ id: "secret", match: { tags: { team: "a" } }, encryption: kms, objects: { onWrite: "enforce" } }],
      { tags: {} },
    ],
  ])("%s", (_, rule, before, more) => {
    const found = judgedObject(policy(rule, before), { ...around, ...more, head }).plan;
    expect(found).toMatchObject({ ...held, rule: "baseline" });
    expect(found.reasons.at(-1)).toEqual({
      code: "weaker-by-tags",
      text: "which rule applies depends on the bucket's tags, and tags never weaken an object",
    });
  });

  test("but a rule that depends on no tag may", () => {
    expect(plan(weak, under(own)).action).toBe("copy");
  });

  test("but may strengthen one, or change its key", () => {
    const tagged = { match: { tags: { team: "a" } }, trustTags: true };
    const seen = (encryption: ObjectEncryption) => ({
      ...around,
      tags: { team: "a" },
      head: objectFacts({ encryption }),
    });
    expect(judgedObject(policy(tagged), seen(sse)).plan.action).toBe("update");
    expect(judgedObject(policy(tagged), seen(none)).plan.action).toBe("copy");
    expect(judgedObject(policy(tagged), seen(under(other))).plan.action).toBe("update");
  });

  test("even if organizational units decide as well", () => {
    const before = [{ id: "secret", match: { tags: { team: "a" }, ous: ["ou-ab12-11111111"] }, encryption: kms }];
    const found = judgedObject(policy(weak, before), { ...around, tags: {}, ous: ["ou-ab12-11111111"], head }).plan;
    expect(codes(found)).toContain("weaker-by-tags");
  });
});

test("a decision about an object leaves its input unchanged", () => {
  const facts = judgedObject(policy(), around).facts;
  const before = structuredClone(facts);
  judgedObject(policy(), around, facts);
  expect(facts).toEqual(before);
});
