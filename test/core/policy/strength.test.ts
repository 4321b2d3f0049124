import { describe, expect, test } from "vitest";
import { policySchema, type Rule } from "#core/policy/policy";
import { combine, compareByField, compareStrength } from "#core/policy/strength";

const key = "arn:{partition}:kms:{region}:{account}:alias/x";
const kms = { algorithm: "aws:kms", key: "one" };

function ruleOf({ encryption = kms, ...fields }: Record<string, unknown>): Rule {
  const rules = [{ id: "r", mode: "enforce", encryption, ...fields }];
  return policySchema.parse({ version: 1, keys: { one: key, two: key }, rules }).rules[0] as Rule;
}

const objects = { onWrite: "enforce", copy: false, except: ["a"], maxBytes: 10 };

describe("the first is weaker than the second", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["observe than enforce", { mode: "observe" }, {}],
    ["off than observe", { mode: "off" }, { mode: "observe" }],
    ["off than enforce", { mode: "off" }, {}],
    ["AES256 than aws:kms", { encryption: { algorithm: "AES256" } }, {}],
    ["aws:kms than aws:kms:dsse", {}, { encryption: { ...kms, algorithm: "aws:kms:dsse" } }],
    [
      "no algorithm than AES256",
      { encryption: { blockSseC: true } },
      { encryption: { algorithm: "AES256", blockSseC: true } },
    ],
    ["aws-managed than a named key", { encryption: { ...kms, key: "aws-managed" } }, {}],
    [
      "AES256, for lack of a key, than aws-managed",
      { encryption: { algorithm: "AES256" } },
      { encryption: { ...kms, key: "aws-managed" } },
    ],
    ["any spelling of the key than an absolute one", { encryption: { ...kms, keyForm: "any" } }, {}],
    ["SSE-C allowed than not declared", { encryption: { ...kms, blockSseC: false } }, {}],
    ["SSE-C not declared than blocked", {}, { encryption: { ...kms, blockSseC: true } }],
    ["weaken than hold", { stronger: "weaken" }, {}],
    ["weaken than accept", { stronger: "weaken" }, { stronger: "accept" }],
    ["no objects than objects observed", {}, { objects: { onWrite: "observe" } }],
    ["objects off than observed", { objects: { onWrite: "off" } }, { objects: { onWrite: "observe" } }],
    ["existing objects observed than enforced", { objects: { atRest: "observe" } }, { objects: { atRest: "enforce" } }],
    [
      "current versions than all",
      { objects: { atRest: "enforce" } },
      { objects: { atRest: "enforce", versions: "all" } },
    ],
    ["objects observed than enforced", { objects: { ...objects, onWrite: "observe" } }, { objects }],
    ["more keys excepted", { objects: { ...objects, except: ["a", "b"] } }, { objects }],
    ["a smaller limit", { objects: { ...objects, maxBytes: 9 } }, { objects }],
    ["a limit than none", { objects }, { objects: { ...objects, maxBytes: undefined } }],
    ["no copies than copies", { objects }, { objects: { ...objects, copy: true } }],
    [
      "no copies in parts than some",
      { objects: { ...objects, copy: true } },
      { objects: { ...objects, copy: true, copyLarge: true } },
    ],
  ])("%s", (_, weak, strong) => {
    expect(compareStrength(ruleOf(weak), ruleOf(strong))).toBe("weaker");
    expect(compareStrength(ruleOf(strong), ruleOf(weak))).toBe("stronger");
  });

  test("if it is no rule and the second is on", () => {
    expect(compareStrength(null, ruleOf({ mode: "observe" }))).toBe("weaker");
    expect(compareStrength(ruleOf({}), null)).toBe("stronger");
  });
});

describe("equal are", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["a rule and itself", { objects }, { objects }],
    ["two that are off", { mode: "off", encryption: { algorithm: "AES256" } }, { mode: "off" }],
    ["two named keys", {}, { encryption: { ...kms, key: "two" } }],
    [
      "bucket key on and off",
      { encryption: { ...kms, bucketKey: true } },
      { encryption: { ...kms, bucketKey: false } },
    ],
    ["bucket key on and not declared", { encryption: { ...kms, bucketKey: true } }, {}],
    ["hold and accept", { stronger: "hold" }, { stronger: "accept" }],
    ["accepted hazards", { accept: ["replication"] }, {}],
    ["trusted tags", { trustTags: true }, {}],
    ["another match", { match: { buckets: ["x"] } }, {}],
    [
      "objects off, whatever else they say",
      { objects: { ...objects, onWrite: "off" } },
      { objects: { onWrite: "off", copy: true } },
    ],
    ["objects off and none", { objects: { onWrite: "off" } }, {}],
    [
      "the same exceptions in another order",
      { objects: { ...objects, except: ["a", "b"] } },
      { objects: { ...objects, except: ["b", "a"] } },
    ],
    ["another source of object events", { objects: { ...objects, source: "data-events" } }, { objects }],
  ])("%s", (_, a, b) => {
    expect(compareStrength(ruleOf(a), ruleOf(b))).toBe("equal");
    expect(compareStrength(ruleOf(b), ruleOf(a))).toBe("equal");
  });

  test("no rule and one that is off", () => {
    expect(compareStrength(null, ruleOf({ mode: "off" }))).toBe("equal");
    expect(compareStrength(ruleOf({ mode: "off" }), null)).toBe("equal");
    expect(compareStrength(null, null)).toBe("equal");
  });
});

describe("mixed are", () => {
  test.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ["weaker encryption, enforced", { encryption: { algorithm: "AES256" } }, { mode: "observe" }],
    [
      "a stronger key, spelt as anybody likes",
      { encryption: { ...kms, keyForm: "any" } },
      { encryption: { ...kms, key: "aws-managed" } },
    ],
    ["other exceptions", { objects: { ...objects, except: ["b"] } }, { objects }],
    [
      "objects enforced up to a limit, observed beyond",
      { objects },
      { objects: { ...objects, onWrite: "observe", maxBytes: 11 } },
    ],
  ])("%s", (_, a, b) => {
    expect(compareStrength(ruleOf(a), ruleOf(b))).toBe("mixed");
    expect(compareStrength(ruleOf(b), ruleOf(a))).toBe("mixed");
  });
});

test("objects that only one rule covers are compared by their mode, not by their exceptions", () => {
  expect(compareStrength(ruleOf({ objects }), ruleOf({}))).toBe("stronger");
  expect(compareStrength(ruleOf({ objects }), ruleOf({ objects: { onWrite: "off", copy: true } }))).toBe("stronger");
});

test("the fields are named as YAML spells them", () => {
  const weak = ruleOf({
    mode: "observe",
    stronger: "weaken",
    encryption: { ...kms, key: "aws-managed", keyForm: "any", blockSseC: false },
  });
  const strong = ruleOf({ encryption: { ...kms, algorithm: "aws:kms:dsse" }, objects });
  expect(compareByField(weak, strong).map(({ field, strength }) => `${field} ${strength}`)).toEqual(
    ["mode", "algorithm", "key", "keyForm", "blockSseC", "stronger", "objects"].map((field) => `${field} weaker`),
  );
  expect(compareByField(null, strong)).toEqual([{ field: "mode", strength: "weaker" }]);
});

test("the form of a key does not count without a key", () => {
  const fields = compareByField(
    ruleOf({ encryption: { blockSseC: true } }),
    ruleOf({ encryption: { ...kms, keyForm: "any" } }),
  );
  expect(fields).toContainEqual({ field: "keyForm", strength: "equal" });
  expect(fields).toContainEqual({ field: "key", strength: "weaker" });
});

test.each([
  [[], "equal"],
  [["equal"], "equal"],
  [["equal", "weaker"], "weaker"],
  [["stronger", "equal"], "stronger"],
  [["stronger", "weaker"], "mixed"],
  [["mixed"], "mixed"],
  [["mixed", "weaker"], "mixed"],
  [["mixed", "stronger"], "mixed"],
] as const)("%j together are %s", (all, expected) => {
  expect(combine(all)).toBe(expected);
});
