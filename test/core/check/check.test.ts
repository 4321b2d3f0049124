import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkPolicy as check } from "#core/check/check";
import type { PolicyFinding } from "#core/check/finding";
import { checkTagNames } from "#core/check/tag-names";
import { compilePolicy } from "#core/match/compile";
import { matchBucket } from "#core/match/match";
import { type Policy, policySchema, type Rule } from "#core/policy/policy";
import { compareStrength } from "#core/policy/strength";
import { runs } from "../../support/soak.ts";
import { anyKnownFacts, anyPolicy } from "../policy/arbitrary-policy.ts";

/** Checks where no hazard can hold a write back. */
function checkPolicy(policy: Policy, at: number): PolicyFinding[] {
  return check(policy, at, []);
}

const now = Date.UTC(2026, 10, 21);
const keys = { one: "arn:{partition}:kms:{region}:{account}:alias/one" };
const strong = { algorithm: "aws:kms", key: "one", blockSseC: true };
const weak = { algorithm: "AES256" };

/** Rules in order: `id: {...}`; strong, enforced and unconditional by default. */
function policyOf(rules: Record<string, object>, exemptions: Record<string, object> = {}): Policy {
  return policySchema.parse({
    version: 1,
    keys,
    rules: Object.entries(rules).map(([id, fields]) => ({ id, encryption: strong, mode: "enforce", ...fields })),
    exemptions: Object.entries(exemptions).map(([id, fields]) => ({ id, until: "2027-01-01", reason: "x", ...fields })),
  });
}

/** Each finding as `severity code rule path`. */
function found(policy: Policy, at = now): string[] {
  return checkPolicy(policy, at).map(
    ({ severity, code, rule, path }) => `${severity} ${code} ${rule} ${path.join(".")}`,
  );
}

const tags = { env: "dev" };
const byTag = { match: { tags }, encryption: weak };

describe("a rule that matches on tags and weakens is refused", () => {
  const refused = "error tag-trust t rules.0.match.tags";
  test.each<[string, Record<string, object>, string[]]>([
    ["before a stronger rule", { t: byTag, base: {} }, [refused]],
    [
      "before a stronger rule far below",
      { t: byTag, x: { match: { buckets: ["x"] }, encryption: weak }, base: {} },
      [refused],
    ],
    [
      "before a stronger rule that overlaps by names",
      { t: { ...byTag, match: { tags, buckets: ["a-*"] } }, base: { match: { buckets: ["*-b"] } } },
      [refused],
    ],
    [
      "before a stronger rule that matches on other tags",
      { t: byTag, u: { match: { tags: { env: "prod" } } }, base: { encryption: weak } },
      [refused],
    ],
    [
      "before a stronger rule of other units",
      { t: { ...byTag, match: { tags, ous: ["ou-ab12-12345678"] } }, base: { match: { ous: ["ou-ab12-99999999"] } } },
      [refused],
    ],
    ["if it is off", { t: { match: { tags }, mode: "off" }, base: {} }, [refused]],
    ["if it only observes", { t: { match: { tags }, mode: "observe" }, base: {} }, [refused]],
    ["if it weakens", { t: { match: { tags }, stronger: "weaken" }, base: {} }, [refused]],
    [
      "if it declares less",
      { t: { match: { tags }, encryption: { algorithm: "aws:kms", key: "one" } }, base: {} },
      [refused],
    ],
    [
      "if it declares another attribute more strongly",
      { t: { match: { tags }, encryption: { ...strong, algorithm: "aws:kms:dsse", blockSseC: false } }, base: {} },
      [refused],
    ],
    [
      "even where an exception of names leaves buckets over",
      { t: byTag, base: { match: { except: { buckets: ["a"] } } } },
      [refused],
    ],
    [
      "even where an exception of tags seems to leave all out",
      {
        t: { ...byTag, match: { tags, buckets: ["a"] } },
        base: { match: { except: { buckets: ["a"], tags } }, trustTags: true },
      },
      [refused],
    ],
    [
      "even where an exception of units seems to leave all out",
      {
        t: { ...byTag, match: { tags, buckets: ["a"] } },
        base: { match: { except: { buckets: ["a"], ous: ["r-ab12"] } } },
      },
      [refused],
    ],
    ["not if it says trustTags", { t: { ...byTag, trustTags: true }, base: {} }, []],
    ["not if it is as strong", { t: { match: { tags } }, base: {} }, []],
    ["not if it is stronger", { t: { match: { tags } }, base: { encryption: weak } }, []],
    [
      "not below the stronger rule",
      { base: { match: { buckets: ["a*"] } }, t: { ...byTag, match: { tags, buckets: ["a*"] } } },
      ["warning unreachable t rules.1"],
    ],
    ["not if nothing is below", { base: { match: { accounts: ["111122223333"] } }, t: byTag }, []],
    [
      "not before a stronger rule of other names",
      { t: { ...byTag, match: { tags, buckets: ["a-*"] } }, base: { match: { buckets: ["b-*"] } } },
      [],
    ],
    [
      "not before a stronger rule of other accounts",
      { t: { ...byTag, match: { tags, accounts: ["1*"] } }, base: { match: { accounts: ["2*", "000000000000"] } } },
      [],
    ],
    [
      "not before a stronger rule of other Regions",
      { t: { ...byTag, match: { tags, regions: ["eu-*"] } }, base: { match: { regions: ["us-*"] } } },
      [],
    ],
    [
      "not before a stronger rule that excepts all of its names",
      { t: { ...byTag, match: { tags, buckets: ["a-*"] } }, base: { match: { except: { buckets: ["a*"] } } } },
      [],
    ],
    [
      "not if it excepts all names of the stronger rule",
      { t: { ...byTag, match: { tags, except: { buckets: ["a*"] } } }, base: { match: { buckets: ["a-*"] } } },
      [],
    ],
    [
      "not before a stronger rule that one between keeps its buckets from",
      {
        t: { ...byTag, match: { tags, buckets: ["a-*"] } },
        logs: { match: { buckets: ["a*"] }, encryption: weak },
        base: {},
      },
      [],
    ],
    [
      "though the one between keeps only some",
      {
        t: { ...byTag, match: { tags, buckets: ["a*"] } },
        logs: { match: { buckets: ["a-*"] }, encryption: weak },
        base: {},
      },
      [refused],
    ],
    [
      "though the one between has conditions",
      {
        t: { ...byTag, match: { tags, buckets: ["a-*"] } },
        logs: { match: { buckets: ["a*"], ous: ["r-ab12"] }, encryption: weak },
        base: {},
      },
      [refused],
    ],
  ])("%s", (_, rules, expected) => {
    expect(found(policyOf(rules))).toEqual(expected);
  });

  test("with one sentence that names the other rule, the fields and the remedy", () => {
    const [finding] = checkPolicy(policyOf({ t: { ...byTag, mode: "observe" }, base: {} }), now);
    expect(finding).toMatchObject({
      severity: "error",
      rule: "t",
      path: ["rules", 0, "match", "tags"],
      code: "tag-trust",
    });
    expect(finding?.message).toBe(
      'the rule matches on tags and is weaker than rule "base" in `mode`, `algorithm`, `key`, `blockSseC`, so anyone who may tag a bucket can weaken its encryption; move the rule below, make it as strong, or set `trustTags: true`',
    );
  });
});

describe("a rule that tags take buckets out of is refused if a weaker one then applies,", () => {
  const refused = "error tag-trust t rules.0.match.except.tags";
  const t = { match: { except: { tags } } };
  test.each<[string, Record<string, object>, string[]]>([
    ["no rule at all", { t }, [refused]],
    ["a weaker rule", { t, base: { encryption: weak } }, [refused]],
    ["a rule that is off", { t, base: { mode: "off" } }, [refused]],
    ["a weaker rule for some", { t, x: { match: { buckets: ["x-*"] }, encryption: weak }, base: {} }, [refused]],
    ["a rule for some only", { t, x: { match: { buckets: ["x-*"] } } }, [refused]],
    ["a rule for some units only", { t, x: { match: { ous: ["r-ab12"] } } }, [refused]],
    ["not a rule that is as strong", { t, base: {} }, []],
    [
      "not a rule that is as strong for all it matches",
      {
        t: { match: { buckets: ["a-*"], except: { tags } } },
        a: { match: { buckets: ["a*"] } },
        base: { encryption: weak },
      },
      [],
    ],
    [
      "not a rule that is as strong for all it excepts",
      { t: { match: { except: { tags, buckets: ["a-*"] } } }, a: { match: { buckets: ["a*"] } } },
      [],
    ],
    [
      "not where the weaker rule is about other names",
      {
        t: { match: { buckets: ["a-*"], except: { tags } } },
        x: { match: { buckets: ["x-*"] }, encryption: weak },
        base: {},
      },
      [],
    ],
    [
      "not where the weaker rule is about names that are not excepted",
      {
        t: { match: { except: { tags, buckets: ["a-*"] } } },
        x: { match: { buckets: ["x-*"] }, encryption: weak },
        base: {},
      },
      ["warning unreachable x rules.1"],
    ],
    ["not if it is off itself", { t: { ...t, mode: "off" } }, []],
    ["not if it says trustTags", { t: { ...t, trustTags: true } }, []],
    ["not if it excepts by names alone", { t: { match: { except: { buckets: ["a"] } } } }, []],
  ])("%s", (_, rules, expected) => {
    expect(found(policyOf(rules))).toEqual(expected);
  });

  test("with the other rule's name and fields, or the lack of one", () => {
    const [weaker] = checkPolicy(policyOf({ t, base: { encryption: { ...strong, blockSseC: undefined } } }), now);
    expect(weaker?.message).toBe(
      'a tag excludes buckets from the rule, and rule "base" below is weaker in `blockSseC`, so anyone who may tag a bucket can weaken its encryption; make that rule as strong, or set `trustTags: true`',
    );
    expect(checkPolicy(policyOf({ t }), now)[0]?.message).toBe(
      "a tag excludes buckets from the rule, and no rule below is certain to match them, so anyone who may tag a bucket can leave it unmanaged; add such a rule, or set `trustTags: true`",
    );
  });

  test("in both directions at once", () => {
    expect(
      found(
        policyOf({
          t: { match: { tags, except: { tags: { a: "b" } } }, encryption: { algorithm: "aws:kms", key: "one" } },
          x: {},
          base: { encryption: weak },
        }),
      ),
    ).toEqual(["error tag-trust t rules.0.match.tags", "warning unreachable base rules.2"]);
  });
});

describe("an exemption that matches on tags", () => {
  test("is refused", () => {
    const [finding, ...rest] = checkPolicy(
      policyOf({ base: {} }, { a: { match: { buckets: ["a"] } }, e: { match: { tags } } }),
      now,
    );
    expect(finding).toEqual({
      severity: "error",
      path: ["exemptions", 1, "match", "tags"],
      rule: "e",
      code: "tag-trust",
      message:
        "the exemption matches on tags, so anyone who may tag a bucket can exempt it; name the buckets, or set `trustTags: true`",
    });
    expect(rest).toEqual([]);
  });

  test("passes with trustTags, or if tags only keep buckets out of it", () => {
    expect(found(policyOf({ base: {} }, { e: { match: { tags }, trustTags: true } }))).toEqual([]);
    expect(found(policyOf({ base: {} }, { e: { match: { buckets: ["a"], except: { tags } } } }))).toEqual([]);
  });
});

describe("a rule that no bucket can reach is pointed out", () => {
  const warned = ["warning unreachable b rules.1"];
  test.each<[string, object, object, string[]]>([
    ["below one for all", {}, { buckets: ["x"] }, warned],
    ["below one for all, itself for all", {}, {}, warned],
    ["below the same name", { buckets: ["x"] }, { buckets: ["x"] }, warned],
    ["below a glob that covers its own", { buckets: ["x-*"] }, { buckets: ["x-y-*", "x-a"] }, warned],
    ["below a tail that covers its own", { buckets: ["*-x"] }, { buckets: ["*-y-x"] }, warned],
    ["below a glob with one character left open", { buckets: ["x?"] }, { buckets: ["xy", "x?"] }, warned],
    ["below an infix that covers its own", { buckets: ["*-x-*"] }, { buckets: ["a-x-*"] }, warned],
    ["below its account", { accounts: ["1*"] }, { accounts: ["111122223333"], buckets: ["x"] }, warned],
    ["below its literal account", { accounts: ["111122223333"] }, { accounts: ["111122223333"] }, warned],
    ["below its Region", { regions: ["eu-*"] }, { regions: ["eu-west-1", "eu-*"] }, warned],
    [
      "below its names in all Regions",
      { buckets: ["x*"] },
      { buckets: ["x"], regions: ["eu-*"], tags: { a: "b" } },
      warned,
    ],
    ["below names that except others", { except: { buckets: ["a*"] } }, { buckets: ["b"] }, warned],
    ["not below one that names fewer", { buckets: ["x"] }, { buckets: ["x", "y"] }, []],
    ["not below one that covers one of two globs", { buckets: ["x-*"] }, { buckets: ["x-a-*", "y-*"] }, []],
    ["not below one for other accounts", { accounts: ["1*"] }, { accounts: ["*1"] }, []],
    ["not below one for an account, itself for all", { accounts: ["111122223333"] }, {}, []],
    ["not below one for a Region, itself for all", { regions: ["eu-west-1"] }, { buckets: ["x"] }, []],
    ["not below one by tag", { tags: { a: "b" } }, { tags: { a: "b" } }, []],
    ["not below one by unit", { ous: ["r-ab12"] }, { ous: ["r-ab12"] }, []],
    ["not below one by account tags", { accountTags: { a: "b" } }, { accountTags: { a: "b" } }, []],
    ["not below one that excepts some of its buckets", { except: { buckets: ["a*"] } }, { buckets: ["*b"] }, []],
  ])("%s", (_, first, second, expected) => {
    expect(found(policyOf({ a: { match: first, trustTags: true }, b: { match: second, trustTags: true } }))).toEqual(
      expected,
    );
  });

  test("with the first rule that hides it", () => {
    const findings = checkPolicy(
      policyOf({ a: { match: { buckets: ["a*"] } }, b: {}, c: {}, d: { match: { buckets: ["ab"] } } }),
      now,
    );
    expect(findings.map(({ path, message }) => [path, message])).toEqual([
      [["rules", 2], 'unreachable: rule "b" above already matches all of its buckets; move this rule up, or remove it'],
      [["rules", 3], 'unreachable: rule "a" above already matches all of its buckets; move this rule up, or remove it'],
    ]);
  });
});

describe("what has no effect is pointed out:", () => {
  test("an exemption that has ended, from its last day on", () => {
    const policy = policyOf({ base: {} }, { e: { match: { buckets: ["a"] } } });
    expect(found(policy, Date.UTC(2027, 0, 1) - 1)).toEqual([]);
    expect(checkPolicy(policy, Date.UTC(2027, 0, 1))).toEqual([
      {
        severity: "warning",
        path: ["exemptions", 0, "until"],
        rule: "e",
        code: "expired",
        message: "the exemption expired at the start of 2027-01-01 (UTC) and is ignored; remove it, or set a new date",
      },
    ]);
  });

  test("an exemption of buckets that no rule matches", () => {
    const rules = { base: { match: { buckets: ["a-*"], except: { buckets: ["a-x"] } } } };
    const exemptions = {
      x: { match: { buckets: ["a-*"] } },
      y: { match: { buckets: ["b"] } },
      z: { match: { buckets: ["a-x"] } },
    };
    expect(checkPolicy(policyOf(rules, exemptions), now)).toEqual([
      expect.objectContaining({ path: ["exemptions", 1, "match"], rule: "y", code: "exempts-nothing" }),
      expect.objectContaining({
        severity: "warning",
        path: ["exemptions", 2, "match"],
        rule: "z",
        message: "the exemption only matches buckets that no rule matches; fix its match, or remove it",
      }),
    ]);
  });

  test("a key that no rule names", () => {
    expect(checkPolicy(policyOf({ base: { encryption: weak } }), now)).toEqual([
      {
        severity: "warning",
        path: ["keys", "one"],
        rule: null,
        code: "unused-key",
        message: 'no rule uses the key "one"; remove it or use it',
      },
    ]);
  });

  test("errors come before warnings", () => {
    const policy = policyOf({ t: byTag, base: {}, b: {} }, { e: { match: { tags } } });
    expect(found(policy, Date.UTC(2028, 0, 1))).toEqual([
      "error tag-trust t rules.0.match.tags",
      "error tag-trust e exemptions.0.match.tags",
      "warning unreachable b rules.2",
      "warning expired e exemptions.0.until",
    ]);
  });
});

describe("for any policy,", () => {
  const ruleOf = (result: ReturnType<typeof matchBucket>): Rule | null => (result.kind === "rule" ? result.rule : null);

  test("a tag that leaves a bucket weaker than without it is an error", () => {
    let worse = 0;
    fc.assert(
      fc.property(anyPolicy, fc.array(anyKnownFacts, { minLength: 10, maxLength: 10 }), (given, buckets) => {
        const policy = {
          ...given,
          rules: given.rules.map((rule) => ({ ...rule, trustTags: false })),
          exemptions: given.exemptions.map((exemption) => ({ ...exemption, trustTags: false })),
        };
        const compiled = compilePolicy(policy);
        const suffers = buckets.some((facts) => {
          const bare = matchBucket(compiled, { ...facts, tags: { known: true, value: {} } });
          const tagged = matchBucket(compiled, facts);
          if (tagged.kind === "rule" && tagged.exemption !== null)
            return bare.kind === "rule" && bare.exemption === null;
          return ["weaker", "mixed"].includes(compareStrength(ruleOf(tagged), ruleOf(bare)));
        });
        if (!suffers) return;
        worse++;
        expect(checkPolicy(policy, 0).filter(({ severity }) => severity === "error")).not.toEqual([]);
      }),
      { numRuns: runs(500) },
    );
    expect(worse).toBeGreaterThan(runs(25) - 1);
  });

  test("a rule called unreachable never applies, nor does an exemption said to exempt nothing", () => {
    fc.assert(
      fc.property(anyPolicy, fc.array(anyKnownFacts, { minLength: 10, maxLength: 10 }), (policy, buckets) => {
        const idle = checkPolicy(policy, 0)
          .filter(({ code }) => code === "unreachable" || code === "exempts-nothing")
          .map(({ rule }) => rule);
        const compiled = compilePolicy(policy);
        for (const facts of buckets) {
          const result = matchBucket(compiled, facts);
          if (result.kind !== "rule") continue;
          expect(idle).not.toContain(result.rule.id);
          if (result.exemption !== null) expect(idle).not.toContain(result.exemption.id);
        }
      }),
      { numRuns: runs(500) },
    );
  });
});

test("names of tags that no bucket can have are warned of, those of AWS and of every script are not", () => {
  const tags = { "aws:cloudformation:stack-name": "*", "Kostenstelle Ä/2 +-=._:@": "*", "Team\u200b": "*" };
  const match = { tags: { "a(b)": "*" }, except: { tags }, accountTags: { "c?": "*", env: "*" } };
  const exemption = { id: "e", match: { buckets: ["a"], tags: { "x\ty": "*" } }, until: "2999-01-01", reason: "r" };
  const found = checkTagNames({
    rules: [{ id: "r", match }],
    exemptions: [exemption],
  } as unknown as Parameters<typeof checkTagNames>[0]);
  expect(found.map(({ severity, code, path }) => [severity, code, path.join(".")])).toEqual([
    ["warning", "tag-name", "rules.0.match.tags.a(b)"],
    ["warning", "tag-name", "rules.0.match.except.tags.Team\u200b"],
    ["warning", "tag-name", "rules.0.match.accountTags.c?"],
    ["warning", "tag-name", "exemptions.0.match.tags.x\ty"],
  ]);
});
