import { describe, expect, test } from "vitest";
import { decide } from "#core/decide/decide";
import type { Plan } from "#core/decide/plan";
import type { BucketEncryption } from "#core/encryption";
import {
  account,
  aliasArn,
  denied,
  judged,
  keyArn,
  keyId,
  policyOf,
  ref,
  type World,
} from "../../support/core/world.ts";

const alias = aliasArn("s3-default");
const declared = keyArn(1);
const other = keyArn(2);
const foreign = keyArn(9, { account: "999999999999" });
const world: World = { keys: { [alias]: declared } };
const keys = { default: "arn:{partition}:kms:{region}:{account}:alias/s3-default" };
const kms = { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: true };

function baseline(rule: object = {}, encryption: object = kms) {
  return policyOf({ keys, rules: [{ id: "baseline", encryption, ...rule }] });
}

const asDeclared: BucketEncryption = { algorithm: "aws:kms", key: declared, bucketKey: true, sseC: "SSE-C" };
const reset: BucketEncryption = { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" };

function plan(policy = baseline(), encryption: World["encryption"] = asDeclared, more: World = {}): Plan {
  return judged(policy, { ...world, ...more, encryption: encryption as BucketEncryption }).plan;
}

function codes(of: Plan): string[] {
  return of.reasons.map((reason) => reason.code);
}

function texts(of: Plan): string[] {
  return of.reasons.map((reason) => reason.text);
}

describe("a bucket", () => {
  test("under no rule is unmanaged, and nothing is read", () => {
    const policy = policyOf({ keys, rules: [{ match: { buckets: ["else-*"] }, encryption: kms }] });
    const { plan, asked } = judged(policy, world);
    expect(asked).toEqual([]);
    expect(plan).toEqual({
      action: "none",
      verdict: "unmanaged",
      rule: null,
      exemption: null,
      mode: "observe",
      accept: [],
      namesBucket: false,
      before: null,
      after: null,
      declaredKey: null,
      differs: [],
      reasons: [{ code: "no-rule", text: "no rule matches" }],
    });
  });

  test("carries the severity that the rule says, and none otherwise", () => {
    expect(judged(baseline({ severity: "low" }), world).plan.severity).toBe("low");
    expect(judged(baseline(), world).plan).not.toHaveProperty("severity");
  });

  test("under a rule that is off is unmanaged, and nothing is read", () => {
    const { plan, asked } = judged(baseline({ mode: "off" }), world);
    expect(asked).toEqual([]);
    expect(plan).toMatchObject({ action: "none", verdict: "unmanaged", rule: "baseline", mode: "off" });
    expect(plan.reasons).toEqual([{ code: "mode-off", text: "rule baseline is off" }]);
  });

  test("under an exemption is exempt, nothing is read, and its reason is rendered safely", () => {
    const exemptions = [{ id: "partner", match: { buckets: ["inv*"] }, until: "2027-01-31", reason: "<b>" }];
    const policy = policyOf({ keys, rules: [{ id: "baseline", encryption: kms }], exemptions });
    const { plan, asked } = judged(policy, { ...world, now: Date.parse("2027-01-30T23:59:59Z") });
    expect(asked).toEqual([]);
    expect(plan).toMatchObject({
      action: "none",
      verdict: "exempt",
      rule: "baseline",
      exemption: "partner",
      after: null,
    });
    expect(plan.reasons).toEqual([{ code: "exempt", text: "exempt by partner until 2027-01-31: \\u{3c}b\\u{3e}" }]);
    const after = judged(policy, { ...world, now: Date.parse("2027-01-31T00:00:00Z"), encryption: asDeclared }).plan;
    expect(after).toMatchObject({ verdict: "compliant", exemption: null });
  });

  test("for directories is unmanaged by its name alone", () => {
    const directory = { ...ref, bucket: "fast--euw1-az1--x-s3" };
    const { plan, asked } = judged(baseline(), { ...world, ref: directory });
    expect(asked).toEqual([]);
    expect(plan).toMatchObject({ action: "none", verdict: "unmanaged", rule: null });
    expect(plan.reasons).toEqual([
      { code: "directory-bucket", text: "a directory bucket, which Bucketseal leaves alone" },
    ]);
    expect(
      judged(baseline(), { ...world, ref: { ...ref, bucket: "a--x-s3-b" }, encryption: asDeclared }).plan.verdict,
    ).toBe("compliant");
  });

  test("that does not exist is gone", () => {
    const { plan } = judged(baseline(), { ...world, encryption: null });
    expect(plan).toMatchObject({ action: "none", verdict: "gone", rule: "baseline", before: null, after: null });
    expect(plan.reasons).toEqual([{ code: "bucket-gone", text: "the bucket is gone" }]);
  });

  test("whose encryption cannot be read is unknown, with the error named", () => {
    const unreadable = plan(baseline(), denied);
    expect(unreadable).toMatchObject({
      action: "none",
      verdict: "unknown",
      rule: "baseline",
      before: null,
      after: null,
    });
    expect(unreadable.reasons).toEqual([
      { code: "unreadable", text: "the bucket's encryption could not be read: AccessDenied" },
    ]);
  });

  test.each([
    ["tags", { tags: { team: "a" } }, "the bucket's tags"],
    ["ous", { ous: ["ou-ab12-11111111"] }, "the account's organizational units"],
    ["accountTags", { accountTags: { env: "prod" } }, "the account's tags"],
  ])("whose rule depends on %s that cannot be read is unknown, and no rule is claimed", (fact, match, said) => {
    const policy = policyOf({ keys, rules: [{ id: "special", match, encryption: kms, trustTags: true }] });
    const { plan, asked } = judged(policy, { ...world, [fact]: denied });
    expect(asked).toEqual([[{ fact }]]);
    expect(plan).toMatchObject({ action: "none", verdict: "unknown", rule: null, mode: "observe" });
    expect(plan.reasons).toEqual([
      { code: "unreadable", text: `whether special applies depends on ${said}, which could not be read: AccessDenied` },
    ]);
  });

  test.each(["aws:fsx", "aws:backup", "aws:new<thing>", ""])(
    "under the algorithm %j is unknown, and not touched",
    (algorithm) => {
      const { plan, asked } = judged(baseline(), { ...world, encryption: { ...asDeclared, algorithm } });
      expect(asked).toEqual([[{ fact: "encryption" }]]);
      expect(plan).toMatchObject({ action: "none", verdict: "unknown", rule: "baseline", after: null });
      expect(plan.before?.algorithm).toBe(algorithm);
      const said = algorithm.replace("<", "\\u{3c}").replace(">", "\\u{3e}");
      expect(plan.reasons).toEqual([
        {
          code: "service-managed",
          text: `algorithm: ${said}, which an AWS service manages and Bucketseal does not touch`,
        },
      ]);
    },
  );

  test("is planned the same in observe and enforce, except for the mode", () => {
    const enforce = plan(baseline({ mode: "enforce" }), reset);
    const observe = plan(baseline({ mode: "observe" }), reset);
    expect(enforce.action).toBe("write");
    expect(observe).toEqual({ ...enforce, mode: "observe" });
  });
});

describe("the facts that a decision asks for are", () => {
  test("first the encryption, then the declared alias with its pin, and nothing else", () => {
    const { asked } = judged(baseline(), { ...world, encryption: reset });
    expect(asked).toEqual([
      [{ fact: "encryption" }],
      [
        { fact: "key", arn: alias },
        { fact: "pin", alias },
      ],
    ]);
  });

  test("no key, if a key ARN is declared", () => {
    const policy = policyOf({ keys: { default: declared }, rules: [{ encryption: kms }] });
    expect(judged(policy, { encryption: asDeclared }).asked).toEqual([[{ fact: "encryption" }]]);
    expect(judged(policy, { encryption: asDeclared }).plan.verdict).toBe("compliant");
    expect(judged(policy, { encryption: asDeclared }).plan.declaredKey).toBe(declared);
  });

  test("the observed alias together with the declared one", () => {
    const observed = aliasArn("mine");
    const { asked, plan } = judged(baseline(), {
      keys: { [alias]: declared, [observed]: declared },
      encryption: { ...asDeclared, key: observed },
    });
    expect(asked[1]).toEqual([
      { fact: "key", arn: alias },
      { fact: "pin", alias },
      { fact: "key", arn: observed },
    ]);
    expect(plan.verdict).toBe("compliant");
  });

  test("the policy's other keys only if the algorithm is stronger", () => {
    const policy = policyOf({
      keys: { ...keys, audit: "arn:{partition}:kms:{region}:{account}:alias/audit" },
      rules: [{ encryption: kms }],
    });
    const audit = aliasArn("audit");
    const both = { keys: { [alias]: declared, [audit]: other } };
    expect(judged(policy, { ...both, encryption: { ...asDeclared, key: other } }).asked[1]).toHaveLength(2);
    expect(
      judged(policy, { ...both, encryption: { ...asDeclared, key: other, algorithm: "aws:kms:dsse" } }).asked[1],
    ).toEqual([
      { fact: "key", arn: alias },
      { fact: "pin", alias },
      { fact: "key", arn: audit },
      { fact: "pin", alias: audit },
    ]);
  });
});

describe("a key", () => {
  test.each<[string, string | undefined]>([
    ["the key ARN", declared],
    ["the declared alias ARN", alias],
  ])("that is %s is as declared", (_, key) => {
    expect(plan(baseline(), { ...asDeclared, key } as BucketEncryption)).toMatchObject({
      action: "none",
      verdict: "compliant",
      reasons: [],
      after: null,
      declaredKey: alias,
    });
  });

  test.each<[string, string | undefined, string]>([
    ["a key id", keyId(1), keyId(1)],
    ["an alias name", "alias/s3-default", "alias/s3-default"],
    ["no key", undefined, "none"],
  ])("that is %s is relative, and repaired to the full key ARN", (_, key, said) => {
    const { key: _key, ...rest } = asDeclared;
    const found = plan(baseline(), key === undefined ? rest : { ...rest, key });
    expect(found).toMatchObject({ action: "write", verdict: "violation", after: { ...asDeclared } });
    expect(found.reasons).toEqual([
      {
        code: "key-relative",
        text: `key: ${said}, declared ${declared}; AWS resolves this spelling in the uploader's account`,
      },
    ]);
  });

  test.each<[string, string | undefined, World, "compliant" | "violation"]>([
    ["the declared key's id", keyId(1), {}, "compliant"],
    ["another key's id", keyId(2), {}, "violation"],
    ["the declared alias' name", "alias/s3-default", {}, "compliant"],
    [
      "another alias of the same key",
      "alias/mine",
      { keys: { [alias]: declared, [aliasArn("mine")]: declared } },
      "compliant",
    ],
    ["an alias of another key", "alias/mine", { keys: { [alias]: declared, [aliasArn("mine")]: other } }, "violation"],
    ["an alias of no key", "alias/mine", {}, "violation"],
    ["no key, which is aws/s3", undefined, { keys: { [alias]: declared, [aliasArn("aws/s3")]: other } }, "violation"],
  ])("spelled as %s is compared by the key it names, with keyForm any", (_, key, more, verdict) => {
    const { key: _key, ...rest } = asDeclared;
    const found = plan(baseline({}, { ...kms, keyForm: "any" }), key === undefined ? rest : { ...rest, key }, more);
    expect(found.verdict).toBe(verdict);
    expect(codes(found)).toEqual(verdict === "compliant" ? [] : ["key-differs"]);
  });

  test("may be left out under keyForm any if aws-managed is declared", () => {
    const policy = policyOf({ rules: [{ encryption: { algorithm: "aws:kms", key: "aws-managed", keyForm: "any" } }] });
    const managed = aliasArn("aws/s3");
    const { plan } = judged(policy, {
      keys: { [managed]: other },
      encryption: { algorithm: "aws:kms", bucketKey: false, sseC: "SSE-C" },
    });
    expect(plan).toMatchObject({ verdict: "compliant", declaredKey: managed });
  });

  test.each<[string, string]>([
    ["another key", other],
    ["a key of another account", foreign],
    ["an alias of another account that KMS does not know", aliasArn("nothing", { account: "999999999999" })],
    ["an alias of another Region, without a look", aliasArn("s3-default", { region: "us-east-1" })],
    ["an alias of another partition, without a look", aliasArn("s3-default", { partition: "aws-cn" })],
    ["an alias of no key", aliasArn("nothing")],
  ])("that is %s differs, and is repaired", (_, key) => {
    const { plan, asked } = judged(baseline(), { ...world, encryption: { ...asDeclared, key } });
    expect(asked.flat()).not.toContainEqual({ fact: "key", arn: foreign });
    if (key.includes("s3-default")) expect(asked.flat()).not.toContainEqual({ fact: "key", arn: key });
    expect(plan).toMatchObject({ action: "write", verdict: "violation", after: asDeclared });
    expect(plan.reasons).toEqual([{ code: "key-differs", text: `key: ${key}, declared ${declared}` }]);
  });

  test("differs if it is no key at all, and is rendered safely", () => {
    const found = plan(baseline(), { ...asDeclared, key: "<script>" });
    expect(found.action).toBe("write");
    expect(texts(found)).toEqual([`key: \\u{3c}script\\u{3e}, declared ${declared}`]);
  });

  test.each([aliasArn("mine"), aliasArn("mine", { account: "999999999999" })])(
    "is replaced by the declared one, which is at least as strong, if it is an observed alias that cannot be read (%s)",
    (mine) => {
      const keys = { [alias]: declared, [mine]: denied };
      const found = plan(baseline(), { ...asDeclared, key: mine }, { keys });
      expect(found).toMatchObject({ action: "write", verdict: "violation", after: asDeclared, before: { key: mine } });
      const text = `key: ${mine}, declared ${declared}; key ${mine} could not be read: AccessDenied`;
      expect(found.reasons).toEqual([{ code: "key-unread", text }]);
    },
  );

  test("is unknown if it is such an alias under a stronger algorithm, and SSE-C is blocked all the same", () => {
    const mine = aliasArn("mine");
    const more = { keys: { [alias]: declared, [mine]: denied } };
    const dsse = { algorithm: "aws:kms:dsse", key: mine, bucketKey: false, sseC: "SSE-C" } as const;
    const found = plan(baseline(), dsse, more);
    expect(found).toMatchObject({ action: "none", verdict: "unknown", after: null });
    expect(found.reasons).toEqual([{ code: "unreadable", text: `key ${mine} could not be read: AccessDenied` }]);
    const allowed = plan(baseline(), { ...dsse, sseC: "NONE" }, more);
    expect(allowed).toMatchObject({ action: "write", verdict: "violation", after: dsse });
    expect(codes(allowed)).toEqual(["unreadable", "sse-c-differs"]);
    const declaresNone = policyOf({ keys, rules: [{ encryption: { algorithm: "AES256", blockSseC: true } }] });
    expect(plan(declaresNone, { ...dsse, sseC: "NONE" }, more)).toMatchObject({ action: "write", after: dsse });
  });

  test.each<[string, World, string]>([
    ["alias", { keys: { [alias]: denied } }, `key ${alias}`],
    ["pin", { pins: { [alias]: denied } }, `the pin of ${alias}`],
  ])("whose declared %s cannot be read is unknown, even if everything else is wrong", (_, more, said) => {
    const found = plan(baseline(), reset, more);
    expect(found).toMatchObject({ action: "none", verdict: "unknown", after: null });
    expect(found.reasons).toEqual([{ code: "unreadable", text: `${said} could not be read: AccessDenied` }]);
  });

  test.each<[string, World]>([
    ["cannot be read", { keys: { [alias]: denied } }],
    ["names nothing", { keys: {} }],
    ["moved", { pins: { [alias]: other } }],
  ])("whose declared alias %s does not keep SSE-C from being blocked, and the rest stays", (_, more) => {
    const blocked: BucketEncryption[] = [
      reset,
      { algorithm: "aws:kms", key: aliasArn("mine"), bucketKey: true, sseC: "SSE-C" },
      { algorithm: "aws:kms:dsse", bucketKey: false, sseC: "SSE-C" },
    ];
    for (const after of blocked) {
      const found = plan(baseline(), { ...after, sseC: "NONE" }, more);
      expect(found).toMatchObject({ action: "write", after, declaredKey: null, differs: ["SSE-C"] });
      expect(codes(found)[0]).toBe("sse-c-differs");
      expect(plan(baseline(), after, more).action).not.toBe("write");
      const silent = baseline({}, { algorithm: "aws:kms", key: "default" });
      expect(plan(silent, { ...after, sseC: "NONE" }, more).action).not.toBe("write");
    }
    const bare = plan(baseline(), { bucketKey: false, sseC: "NONE" }, more);
    expect(bare).toMatchObject({ action: "write", after: reset });
  });

  test("holds the plan if it is a declared alias without a key", () => {
    const found = plan(baseline(), reset, { keys: {} });
    expect(found).toMatchObject({ action: "hold", verdict: "violation", after: null, declaredKey: alias });
    // Why it is a violation, then why it is held.
    expect(found.reasons).toEqual([
      { code: "algorithm-differs", text: "algorithm: AES256, declared aws:kms" },
      { code: "key-missing", text: `the declared key ${alias} does not exist` },
    ]);
    expect(codes(plan(baseline(), asDeclared, { keys: {} }))).toEqual(["key-missing"]);
  });

  test("holds the plan if it is a declared alias of another Region, and the reason names the Region", () => {
    const there = aliasArn("s3-default", { region: "us-east-1" });
    const policy = policyOf({ keys: { there }, rules: [{ encryption: { algorithm: "aws:kms", key: "there" } }] });
    const { plan } = judged(policy, { encryption: reset });
    expect(plan).toMatchObject({ action: "hold", verdict: "violation", after: null, declaredKey: there });
    expect(plan.reasons).toEqual([
      { code: "algorithm-differs", text: "algorithm: AES256, declared aws:kms" },
      { code: "key-other-region", text: `the declared key ${there} is not in eu-west-1, where the bucket is` },
    ]);
  });

  test("is written as the key ARN behind alias/aws/s3 if aws-managed is declared", () => {
    const policy = policyOf({ rules: [{ encryption: { algorithm: "aws:kms", key: "aws-managed" } }] });
    const managed = aliasArn("aws/s3");
    const { plan } = judged(policy, { keys: { [managed]: other }, encryption: reset });
    expect(plan.after).toEqual({ algorithm: "aws:kms", key: other, bucketKey: false, sseC: "SSE-C" });
    expect(plan.declaredKey).toBe(managed);
  });
});

describe("a pin", () => {
  const moved = { pins: { [alias]: other } };
  const text = `the alias ${alias} is pinned to ${other} but now names ${declared}; if this is intended, run bucketseal policy accept-key ${alias}`;

  test("of a central alias is accepted for the bucket's account", () => {
    const central = policyOf({ keys: { default: alias }, rules: [{ encryption: kms }] });
    const of = { ...ref, account: "222233334444" };
    const found = plan(central, asDeclared, { ...moved, ref: of });
    expect(texts(found)).toEqual([`${text} --account ${of.account}`]);
  });

  test("that agrees gives no reason", () => {
    expect(plan(baseline(), asDeclared, { pins: { [alias]: declared } }).verdict).toBe("compliant");
  });

  test("that differs holds the plan even if the bucket is under the alias's new key", () => {
    const found = plan(baseline(), asDeclared, moved);
    expect(found).toMatchObject({ action: "hold", verdict: "violation", after: asDeclared });
    expect(found.reasons).toEqual([{ code: "alias-moved", text }]);
  });

  test("that differs holds a repair, and the plan says what would be written", () => {
    const found = plan(baseline(), reset, moved);
    expect(found).toMatchObject({ action: "hold", verdict: "violation", after: asDeclared });
    expect(codes(found)).toEqual(["alias-moved", "algorithm-differs"]);
  });

  test("that differs is reported even if the observed alias cannot be read", () => {
    const mine = aliasArn("mine");
    const found = plan(
      baseline(),
      { ...asDeclared, key: mine },
      { ...moved, keys: { [alias]: declared, [mine]: denied } },
    );
    expect(found).toMatchObject({ action: "hold", verdict: "violation", after: asDeclared });
    expect(codes(found)).toEqual(["alias-moved", "key-unread"]);
  });

  test("that differs is reported once, although its alias is also what names the observed key", () => {
    const found = plan(baseline(), { ...asDeclared, algorithm: "aws:kms:dsse", bucketKey: false }, moved);
    expect(codes(found)).toEqual(["alias-moved", "stronger"]);
  });
});

describe("a stronger algorithm", () => {
  const dsse: BucketEncryption = { algorithm: "aws:kms:dsse", key: declared, bucketKey: false, sseC: "SSE-C" };

  test("under hold is not written, and the plan says what is held back", () => {
    const found = plan(baseline(), dsse);
    expect(found).toMatchObject({ action: "hold", verdict: "violation", after: asDeclared, differs: [] });
    expect(codes(found)).toEqual(["stronger"]);
  });

  test("under hold stays, and what is weaker is repaired beside it", () => {
    const found = plan(baseline(), { ...dsse, sseC: "NONE" });
    expect(found).toMatchObject({ action: "write", verdict: "violation", after: dsse, differs: ["SSE-C"] });
    expect(found.reasons).toEqual([
      { code: "stronger", text: "algorithm: aws:kms:dsse is stronger than the declared aws:kms" },
      { code: "sse-c-differs", text: "SSE-C: allowed, declared blocked" },
    ]);
  });

  test("under accept is kept", () => {
    const found = plan(baseline({ stronger: "accept" }), dsse);
    expect(found).toMatchObject({ action: "none", verdict: "compliant", after: null });
    expect(found.reasons).toEqual([
      {
        code: "stronger-accepted",
        text: "algorithm: aws:kms:dsse is stronger than the declared aws:kms, which the rule accepts",
      },
    ]);
  });

  test("under accept is kept, and other attributes are repaired", () => {
    const found = plan(baseline({ stronger: "accept" }), { ...dsse, sseC: "NONE" });
    expect(found).toMatchObject({ action: "write", verdict: "violation", after: dsse });
    expect(codes(found)).toEqual(["stronger-accepted", "sse-c-differs"]);
  });

  test("under weaken is replaced by the declared one, and nobody asks whose key it is", () => {
    const { plan, asked } = judged(baseline({ stronger: "weaken" }), {
      ...world,
      encryption: { ...dsse, key: aliasArn("mine") },
    });
    expect(asked[1]).toHaveLength(3);
    expect(plan).toMatchObject({ action: "write", after: asDeclared });
    expect(plan.reasons[0]).toEqual({ code: "algorithm-differs", text: "algorithm: aws:kms:dsse, declared aws:kms" });
  });

  test.each<[string, string | undefined]>([
    ["a foreign key", foreign],
    ["an unnamed key", other],
    ["a relative spelling of an unnamed key", keyId(2)],
    ["no key, where aws-managed is not declared", undefined],
    ["what is no key", "nonsense"],
    ["a foreign alias that KMS does not know", aliasArn("nothing", { account: "999999999999" })],
    ["an alias of no key", aliasArn("nothing")],
  ])("under %s is not stronger but a violation, and repaired", (_, key) => {
    const { key: _key, ...rest } = dsse;
    for (const stronger of ["hold", "accept", "weaken"]) {
      const found = plan(baseline({ stronger }), key === undefined ? rest : { ...rest, key });
      expect(found).toMatchObject({ action: "write", verdict: "violation", after: asDeclared });
      expect(codes(found)[0]).toBe("algorithm-differs");
    }
    expect(texts(plan(baseline(), key === undefined ? rest : { ...rest, key }))[0]).toBe(
      "algorithm: aws:kms:dsse, declared aws:kms; not stronger, since the policy does not name its key",
    );
  });

  test.each<[string, string]>([
    ["its key id", keyId(1)],
    ["the alias' name", "alias/s3-default"],
    ["the alias' ARN", alias],
    ["another alias", aliasArn("mine")],
  ])("under the declared key spelled as %s is held, since the policy names that key", (_, key) => {
    const found = plan(baseline(), { ...dsse, key }, { keys: { [alias]: declared, [aliasArn("mine")]: declared } });
    const isRelative = !key.startsWith("arn:");
    expect(found.action).toBe(isRelative ? "write" : "hold");
    expect(found.after).toEqual(isRelative ? dsse : asDeclared);
    expect(codes(found)).toEqual(isRelative ? ["stronger", "key-relative"] : ["stronger"]);
  });

  test("SSE-C that is blocked does not shield a weaker algorithm where the rule allows it", () => {
    const allowing = baseline({}, { ...kms, blockSseC: false });
    const found = plan(allowing, reset);
    expect(found).toMatchObject({ action: "write", after: asDeclared, differs: ["algorithm"] });
    expect(codes(found)).toEqual(["algorithm-differs", "stronger"]);
    expect(plan(allowing, asDeclared)).toMatchObject({ action: "hold", after: { ...asDeclared, sseC: "NONE" } });
  });

  describe("under an alias of another account", () => {
    const theirs = aliasArn("central", { account: "999999999999" });
    const central = policyOf({
      keys: { central: foreign },
      rules: [{ encryption: { algorithm: "aws:kms", key: "central" } }],
    });

    test("that names the declared key is held as stronger", () => {
      const { plan } = judged(central, { keys: { [theirs]: foreign }, encryption: { ...dsse, key: theirs } });
      expect(plan).toMatchObject({ action: "hold", verdict: "violation" });
      expect(codes(plan)[0]).toBe("stronger");
    });

    test("that names the declared key is as declared under an equal algorithm", () => {
      const encryption = { algorithm: "aws:kms", key: theirs, bucketKey: false, sseC: "SSE-C" } as const;
      expect(judged(central, { keys: { [theirs]: foreign }, encryption }).plan).toMatchObject({ verdict: "compliant" });
    });

    test("that cannot be read is not written", () => {
      const { plan } = judged(central, { keys: { [theirs]: denied }, encryption: { ...dsse, key: theirs } });
      expect(plan).toMatchObject({ action: "none", verdict: "unknown", after: null });
    });
  });

  test("that names another key of the policy keeps the algorithm under accept, and its key is repaired", () => {
    const policy = policyOf({ keys: { ...keys, audit: other }, rules: [{ encryption: kms, stronger: "accept" }] });
    const { plan } = judged(policy, { ...world, encryption: { ...dsse, key: other } });
    expect(plan).toMatchObject({ action: "write", after: { ...dsse, key: declared } });
    expect(codes(plan)).toEqual(["stronger-accepted", "key-differs"]);
  });

  test("that names the AWS managed key is stronger if some rule declares that key", () => {
    const managed = aliasArn("aws/s3");
    const policy = policyOf({
      rules: [
        { id: "logs", match: { buckets: ["inv*"] }, encryption: { algorithm: "AES256" } },
        { id: "rest", encryption: { algorithm: "aws:kms", key: "aws-managed" } },
      ],
    });
    const { plan } = judged(policy, {
      keys: { [managed]: other },
      encryption: { algorithm: "aws:kms", bucketKey: false, sseC: "SSE-C" },
    });
    expect(plan).toMatchObject({ action: "hold", after: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" } });
    expect(codes(plan)).toEqual(["stronger"]);
  });

  test("that names the key of a moved alias is held as moved", () => {
    const audit = aliasArn("audit");
    const policy = policyOf({ keys: { ...keys, audit }, rules: [{ encryption: kms, stronger: "accept" }] });
    const { plan } = judged(policy, {
      keys: { [alias]: declared, [audit]: other },
      pins: { [audit]: keyArn(3) },
      encryption: { ...dsse, key: other },
    });
    expect(plan.action).toBe("hold");
    expect(codes(plan)).toEqual(["alias-moved", "stronger-accepted", "key-differs"]);
  });

  test("is unknown if the policy's other alias cannot be read", () => {
    const audit = aliasArn("audit");
    const policy = policyOf({ keys: { ...keys, audit }, rules: [{ encryption: kms }] });
    const { plan } = judged(policy, {
      keys: { [alias]: declared, [audit]: denied },
      encryption: { ...dsse, key: other },
    });
    expect(plan).toMatchObject({ action: "none", verdict: "unknown" });
    expect(texts(plan)).toEqual([`key ${audit} could not be read: AccessDenied`]);
  });

  test("is kept under accept where AES256 is declared, with its key in any spelling", () => {
    const policy = policyOf({
      keys,
      rules: [{ encryption: { algorithm: "AES256", blockSseC: true }, stronger: "accept" }],
    });
    const { plan } = judged(policy, {
      ...world,
      encryption: { algorithm: "aws:kms", key: "alias/s3-default", bucketKey: true, sseC: "NONE" },
    });
    expect(plan).toMatchObject({
      action: "write",
      declaredKey: null,
      after: { algorithm: "aws:kms", key: "alias/s3-default", bucketKey: true, sseC: "SSE-C" },
    });
  });

  test("is replaced under weaken where AES256 is declared, and key and bucket key are dropped", () => {
    const policy = policyOf({ keys, rules: [{ encryption: { algorithm: "AES256" }, stronger: "weaken" }] });
    const { plan } = judged(policy, { ...world, encryption: { ...asDeclared, sseC: "NONE" } });
    expect(plan.after).toEqual({ algorithm: "AES256", bucketKey: false, sseC: "NONE" });
    expect(Object.hasOwn(plan.after ?? {}, "key")).toBe(false);
  });
});

describe("an undeclared attribute", () => {
  const onlySseC = policyOf({ rules: [{ encryption: { blockSseC: true } }] });

  test.each<[string, BucketEncryption]>([
    ["a key ARN", { algorithm: "aws:kms", key: other, bucketKey: true, sseC: "NONE" }],
    ["a relative key, literally", { algorithm: "aws:kms", key: "alias/mine", bucketKey: false, sseC: "NONE" }],
    ["no key", { algorithm: "aws:kms", bucketKey: true, sseC: "NONE" }],
    ["DSSE", { algorithm: "aws:kms:dsse", key: other, bucketKey: false, sseC: "not-stated" }],
    ["AES256 with a bucket key", { algorithm: "AES256", bucketKey: true, sseC: "NONE" }],
  ])("%s", (_, encryption) => {
    const { plan, asked } = judged(onlySseC, { encryption });
    expect(asked).toEqual([[{ fact: "encryption" }]]);
    expect(plan).toMatchObject({ action: "write", declaredKey: null });
    expect(plan.after).toEqual({ ...encryption, sseC: "SSE-C" });
    expect(codes(plan)).toEqual(["sse-c-differs"]);
  });

  test("counts as AES256 if there is no default encryption, and is written as such", () => {
    const { plan } = judged(onlySseC, { encryption: { bucketKey: true, sseC: "NONE" } });
    expect(plan.after).toEqual({ algorithm: "AES256", bucketKey: true, sseC: "SSE-C" });
    const aes = policyOf({ rules: [{ encryption: { algorithm: "AES256" } }] });
    expect(judged(aes, { encryption: { bucketKey: false, sseC: "NONE" } }).plan.verdict).toBe("compliant");
    expect(judged(aes, { encryption: { bucketKey: false, sseC: "NONE" } }).plan.before).toEqual({
      bucketKey: false,
      sseC: "NONE",
    });
  });

  test.each<[BucketEncryption["sseC"], string]>([
    ["SSE-C", "SSE-C"],
    ["NONE", "NONE"],
    ["not-stated", "SSE-C"],
  ])("of SSE-C, observed as %s, is written as %s", (sseC, written) => {
    const policy = baseline({}, { algorithm: "aws:kms", key: "default" });
    const found = plan(policy, { algorithm: "AES256", bucketKey: true, sseC });
    expect(found.after).toEqual({ algorithm: "aws:kms", key: declared, bucketKey: true, sseC: written });
    expect(plan(policy, { ...asDeclared, sseC }).verdict).toBe("compliant");
  });
});

describe("SSE-C and the bucket key:", () => {
  const allowed = { ...kms, blockSseC: false };

  test("an SSE-C setting that is not stated counts as allowed on its own", () => {
    for (const stronger of ["hold", "accept", "weaken"]) {
      expect(plan(baseline({ stronger }, allowed), { ...asDeclared, sseC: "not-stated" })).toMatchObject({
        action: "none",
        verdict: "compliant",
      });
    }
  });

  test.each([
    ["hold", "hold", "NONE", ["algorithm-differs", "sse-c-not-stated"]],
    ["accept", "write", "SSE-C", ["algorithm-differs"]],
    ["weaken", "write", "NONE", ["algorithm-differs"]],
  ])(
    "an SSE-C setting that is not stated follows the rule if another attribute needs a write: %s",
    (stronger, action, sseC, reasons) => {
      const found = plan(baseline({ stronger }, allowed), { ...reset, sseC: "not-stated" });
      expect(found).toMatchObject({ action, verdict: "violation", after: { sseC } });
      expect(codes(found)).toEqual(reasons);
    },
  );

  test("a bucket key that is on differs from one that is off, and neither is stronger", () => {
    const off = plan(baseline(), { ...asDeclared, bucketKey: false });
    expect(off).toMatchObject({ action: "write", after: asDeclared });
    expect(off.reasons).toEqual([{ code: "bucket-key-differs", text: "bucket key: off, declared on" }]);
    const on = plan(baseline({}, { ...kms, bucketKey: false }), asDeclared);
    expect(on.reasons).toEqual([{ code: "bucket-key-differs", text: "bucket key: on, declared off" }]);
    expect(on.after).toEqual({ ...asDeclared, bucketKey: false });
  });
});

test("a known fact is not asked for again, and the bucket's account fills the key template", () => {
  const decision = decide(baseline(), {
    now: 0,
    ref: { ...ref, account: "222222222222" },
    keys: new Map(),
    pins: new Map(),
    encryption: { known: true, value: reset },
  });
  expect(decision).toEqual({
    kind: "needs",
    needs: [
      { fact: "key", arn: alias.replace(account, "222222222222") },
      { fact: "pin", alias: alias.replace(account, "222222222222") },
    ],
  });
});
