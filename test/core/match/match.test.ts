import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Facts } from "#core/decide/facts";
import type { Fact } from "#core/fact";
import { compilePolicy } from "#core/match/compile";
import { couldNeedTags, matchBucket } from "#core/match/match";
import { type Policy, policySchema } from "#core/policy/policy";
import { runs } from "../../support/soak.ts";
import { anyFacts, anyPolicy } from "../policy/arbitrary-policy.ts";
import { naiveMatch } from "./naive-match.ts";

type MatchFacts = Pick<Facts, "ref" | "now" | "tags" | "ous" | "accountTags">;
type Given = Record<string, unknown>;

const ref = { partition: "aws", account: "111122223333", region: "eu-west-1", bucket: "invoices" };
const denied: Fact<never> = { known: false, error: { name: "AccessDenied", message: "no" } };
const lost: Fact<never> = { known: false, error: { name: "Lost", message: "gone" } };
const tags = (value: Record<string, string>): Fact<Record<string, string>> => ({ known: true, value });
const ous = (...value: string[]): Fact<string[]> => ({ known: true, value });
const [team, root] = ["ou-ab12-12345678", "r-ab12"];

function policyOf(matches: Given[], exemptions: Given[] = []): Policy {
  return policySchema.parse({
    version: 1,
    rules: matches.map((match, at) => ({ id: `r${at}`, match, encryption: { blockSseC: true }, trustTags: true })),
    exemptions: exemptions.map(({ until = "2027-01-01", ...match }, at) => ({
      id: `e${at}`,
      match,
      until,
      reason: "x",
    })),
  });
}

/**
 * The match result, in short: `r1`, `r1 but e0`, `none`, `needs tags`, `r0 unknown: tags
 * AccessDenied`.
 */
function said(policy: Policy, facts: Partial<MatchFacts> = {}): string {
  const result = matchBucket(compilePolicy(policy), { ref, now: Date.UTC(2026, 10, 21), ...facts });
  if (result.kind === "needs") return `needs ${result.needs.map(({ fact }) => fact).join(" ")}`;
  if (result.kind === "unknown") return `${result.rule} unknown: ${result.fact} ${result.error.name}`;
  if (result.kind === "none") return "none";
  return result.exemption === null ? result.rule.id : `${result.rule.id} but ${result.exemption.id}`;
}

describe("the first rule that matches is the one", () => {
  test.each<[string, Given[], string]>([
    ["no rule", [], "none"],
    ["a rule without conditions", [{}], "r0"],
    ["two rules that match", [{ buckets: ["in*"] }, { buckets: ["invoices"] }], "r0"],
    ["an exact name after a glob that does not match", [{ buckets: ["x*"] }, { buckets: ["invoices"] }], "r1"],
    ["the tail before the head", [{ buckets: ["*ces"] }, { buckets: ["inv*"] }], "r0"],
    ["the head before the tail", [{ buckets: ["inv*"] }, { buckets: ["*ces"] }], "r0"],
    ["both ends of one name", [{ buckets: ["i*x"] }, { buckets: ["x*s"] }, { buckets: ["i*s"] }], "r2"],
    ["the middle of the name", [{ buckets: ["*voice*"] }], "r0"],
    ["a name that is the glob's fixed text", [{ buckets: ["invoices*"] }], "r0"],
    [
      "a name that is shorter than the glob's fixed text",
      [{ buckets: ["invoices-*"] }, { buckets: ["*-invoices"] }],
      "none",
    ],
    ["a name that is part of another", [{ buckets: ["invoice"] }, { buckets: ["invoicess"] }], "none"],
    ["one of several names", [{ buckets: ["a", "invoices", "b*"] }], "r0"],
    ["the account", [{ accounts: ["111122223334"] }, { accounts: ["999999999999", "111122223333"] }], "r1"],
    ["an account glob", [{ accounts: ["2*"] }, { accounts: ["1*3"] }], "r1"],
    ["the Region", [{ regions: ["us-*"] }, { regions: ["eu-west-1"] }], "r1"],
    [
      "name and account",
      [
        { buckets: ["invoices"], accounts: ["2*"] },
        { buckets: ["x"], accounts: ["*"] },
      ],
      "none",
    ],
    ["name, account and Region", [{ buckets: ["inv*"], accounts: ["111122223333"], regions: ["eu-*"] }], "r0"],
    ["all but the Region", [{ buckets: ["inv*"], accounts: ["111122223333"], regions: ["us-*"] }], "none"],
    ["* in a list of names", [{ buckets: ["x", "*"] }], "r0"],
    ["an exception that holds", [{ except: { buckets: ["inv*"] } }, {}], "r1"],
    ["an exception that holds in part", [{ except: { buckets: ["inv*"], regions: ["us-*"] } }, {}], "r0"],
    ["an exception of another account", [{ except: { accounts: ["2*"] } }, {}], "r0"],
    ["an exception of everything", [{ except: { accounts: ["*"] } }, {}], "r1"],
    ["infix rules in order", [{ buckets: ["*x*"] }, { buckets: ["*v*"] }, { buckets: ["*o*"] }], "r1"],
  ])("%s", (_, matches, expected) => {
    expect(said(policyOf(matches))).toBe(expected);
  });

  test("however it is indexed", () => {
    const forms: Given[] = [
      { buckets: ["invoices"] },
      { buckets: ["inv*"] },
      { buckets: ["*ices"] },
      { buckets: ["*oic*"] },
      { accounts: ["111122223333"] },
      { tags: { env: "prod" } },
      { tags: { env: "p*" } },
      { regions: ["eu-west-1"] },
    ];
    for (const first of forms) {
      for (const second of forms) expect(said(policyOf([first, second]), { tags: tags({ env: "prod" }) })).toBe("r0");
    }
  });
});

describe("tags", () => {
  test.each<[string, Given, Record<string, string>, string]>([
    ["the value", { env: "prod" }, { env: "prod", x: "y" }, "r0"],
    ["another value", { env: "prod" }, { env: "dev" }, "none"],
    ["another case", { env: "prod" }, { Env: "prod" }, "none"],
    ["no such tag", { env: "*" }, {}, "none"],
    ["any value, also none", { env: "*" }, { env: "" }, "r0"],
    ["a glob", { env: "pr*d" }, { env: "prod" }, "r0"],
    ["one of several values", { env: ["a", "prod"] }, { env: "prod" }, "r0"],
    ["one of several globs", { env: ["a", "p*"] }, { env: "prod" }, "r0"],
    ["all of several tags", { env: "prod", team: "a*" }, { env: "prod", team: "abc" }, "r0"],
    ["one of several tags", { env: "prod", team: "a*" }, { env: "prod" }, "none"],
    ["the other of several tags", { team: "a*", env: "prod" }, { team: "abc" }, "none"],
    ["a name that every object has", { constructor: "*" }, {}, "none"],
    ["a name that every object has, as a tag", { constructor: "x" }, { constructor: "x" }, "r0"],
  ])("%s", (_, wanted, found, expected) => {
    expect(said(policyOf([{ tags: wanted }]), { tags: tags(found) })).toBe(expected);
  });

  test("without a prototype, or with __proto__ among them, are read unchanged", () => {
    const found = JSON.parse('{"__proto__":"x","env":"prod"}');
    expect(said(policyOf([{ tags: { toString: "*" } }, { tags: { env: "prod" } }]), { tags: tags(found) })).toBe("r1");
  });

  test("decide an exception", () => {
    const policy = policyOf([{ except: { tags: { env: "dev" } } }, {}]);
    expect(said(policy, { tags: tags({ env: "dev" }) })).toBe("r1");
    expect(said(policy, { tags: tags({}) })).toBe("r0");
  });
});

describe("organizational units", () => {
  test.each([
    [[team], "r0"],
    [["ou-ab12-99999999", root], "r0"],
    [["ou-ab12-99999999"], "none"],
    [[], "none"],
  ])("chain %j: %s", (chain, expected) => {
    expect(said(policyOf([{ ous: [team, root] }]), { ous: ous(...chain) })).toBe(expected);
  });
});

describe("account tags", () => {
  test.each([
    [{ env: "prod" }, "r0"],
    [{ env: "pre-prod", team: "a" }, "r0"],
    [{ env: "dev" }, "none"],
    [{ team: "prod" }, "none"],
    [{}, "none"],
  ])("%j: %s", (found, expected) => {
    expect(said(policyOf([{ accountTags: { env: "*prod" } }]), { accountTags: tags(found) })).toBe(expected);
  });

  test("are not the bucket's", () => {
    const policy = policyOf([{ accountTags: { env: "prod" } }, { tags: { env: "prod" } }]);
    expect(said(policy, { accountTags: tags({}), tags: tags({ env: "prod" }) })).toBe("r1");
    expect(said(policy, { accountTags: tags({ env: "prod" }), tags: tags({}) })).toBe("r0");
  });

  test("take an account out by an exception, and exempt one", () => {
    const policy = policyOf([{ except: { accountTags: { env: "dev" } } }, {}], [{ accountTags: { env: "sandbox" } }]);
    expect(said(policy, { accountTags: tags({ env: "dev" }) })).toBe("r1");
    expect(said(policy, { accountTags: tags({ env: "sandbox" }) })).toBe("r0 but e0");
    expect(said(policy, { accountTags: tags({}) })).toBe("r0");
  });
});

describe("facts are asked for lazily", () => {
  const byTag = { tags: { env: "prod" } };
  const byUnit = { ous: [team] };
  const byAccount = { accountTags: { env: "prod" } };
  test.each<[string, Given[], Partial<MatchFacts>, string]>([
    ["tags", [byTag], {}, "needs tags"],
    ["units", [byUnit], {}, "needs ous"],
    ["units before tags, in one rule", [{ ...byTag, ...byUnit }], {}, "needs ous"],
    ["tags, once the units match", [{ ...byTag, ...byUnit }], { ous: ous(team) }, "needs tags"],
    ["no tags, if the units do not match", [{ ...byTag, ...byUnit }], { ous: ous() }, "none"],
    ["no units, if the tags do not match", [{ ...byTag, ...byUnit }], { tags: tags({}) }, "none"],
    ["account tags", [byAccount], {}, "needs accountTags"],
    ["account tags after units", [{ ...byAccount, ...byUnit }], {}, "needs ous"],
    ["account tags before tags", [{ ...byTag, ...byAccount }], {}, "needs accountTags"],
    ["no account tags of other buckets", [{ ...byAccount, buckets: ["x"] }, {}], {}, "r1"],
    ["no account tags after a sure rule", [{}, byAccount], {}, "r0"],
    ["nothing, if the name does not match", [{ ...byTag, ...byUnit, buckets: ["x"] }, {}], {}, "r1"],
    ["nothing, if the account does not match", [{ ...byTag, accounts: ["2*"] }, {}], {}, "r1"],
    ["nothing, if the Region does not match", [{ ...byUnit, regions: ["us-*"] }, {}], {}, "r1"],
    ["nothing, if a rule before is sure", [{}, byTag], {}, "r0"],
    ["tags, if the sure rule comes after", [byTag, {}], {}, "needs tags"],
    ["tags of a rule among its like", [{ ...byTag, buckets: ["inv*"] }, { buckets: ["invoices"] }], {}, "needs tags"],
    ["tags for an exception", [{ except: byTag }], {}, "needs tags"],
    ["nothing for an exception of other names", [{ except: { ...byTag, buckets: ["x"] } }], {}, "r0"],
    ["nothing for an exception of a rule that does not match", [{ buckets: ["x"], except: byTag }, {}], {}, "r1"],
    ["units, although tags are unreadable", [{ ...byTag, ...byUnit }], { tags: denied }, "needs ous"],
    ["tags, although units are unreadable", [{ ...byTag, ...byUnit }], { ous: denied }, "needs tags"],
  ])("%s", (_, matches, facts, expected) => {
    expect(said(policyOf(matches), facts)).toBe(expected);
  });

  test.each<[string, Given[], Partial<MatchFacts>, string]>([
    ["tags", [byTag, {}], { tags: denied }, "r0 unknown: tags AccessDenied"],
    ["tags of the second rule", [{ buckets: ["x"] }, byTag, {}], { tags: denied }, "r1 unknown: tags AccessDenied"],
    ["units", [byUnit, {}], { ous: lost }, "r0 unknown: ous Lost"],
    ["both", [{ ...byTag, ...byUnit }], { tags: denied, ous: lost }, "r0 unknown: tags AccessDenied"],
    ["account tags", [byAccount, {}], { accountTags: lost }, "r0 unknown: accountTags Lost"],
    [
      "account tags and units",
      [{ ...byAccount, ...byUnit }],
      { accountTags: denied, ous: lost },
      "r0 unknown: accountTags AccessDenied",
    ],
    [
      "account tags do not matter where the units exclude",
      [{ ...byAccount, ...byUnit }, {}],
      { accountTags: denied, ous: ous() },
      "r1",
    ],
    [
      "tags, though the units match",
      [{ ...byTag, ...byUnit }],
      { tags: denied, ous: ous(team) },
      "r0 unknown: tags AccessDenied",
    ],
    ["tags do not matter where the units exclude", [{ ...byTag, ...byUnit }, {}], { tags: denied, ous: ous() }, "r1"],
    ["units do not matter where the tags exclude", [{ ...byTag, ...byUnit }, {}], { tags: tags({}), ous: lost }, "r1"],
    ["tags do not matter where the name excludes", [{ ...byTag, buckets: ["x"] }, {}], { tags: denied }, "r1"],
    ["tags do not matter after a sure rule", [{}, byTag], { tags: denied }, "r0"],
    ["tags of an exception", [{ except: byTag }, {}], { tags: denied }, "r0 unknown: tags AccessDenied"],
    ["units of an exception", [{ except: byUnit }, {}], { ous: lost }, "r0 unknown: ous Lost"],
    [
      "an exception does not matter where the name is not excepted",
      [{ except: { ...byTag, buckets: ["x"] } }],
      { tags: denied },
      "r0",
    ],
    [
      "an exception does not matter where the rule does not match",
      [{ buckets: ["x"], except: byTag }],
      { tags: denied },
      "none",
    ],
  ])("unreadable: %s", (_, matches, facts, expected) => {
    expect(said(policyOf(matches), facts)).toBe(expected);
  });

  test("and their error is passed on unchanged", () => {
    const result = matchBucket(compilePolicy(policyOf([byTag])), { ref, now: 0, tags: denied });
    expect(result).toEqual({
      kind: "unknown",
      rule: "r0",
      fact: "tags",
      error: { name: "AccessDenied", message: "no" },
    });
  });
});

describe("exemptions", () => {
  const all = { accounts: ["*"] };
  test.each<[string, Given[], Given[], Partial<MatchFacts>, string]>([
    ["that match", [{}], [{ buckets: ["inv*"] }], {}, "r0 but e0"],
    ["of other buckets", [{}], [{ buckets: ["x"] }], {}, "r0"],
    ["without a rule", [{ buckets: ["x"] }], [all], {}, "none"],
    ["the first of two", [{}], [all, { buckets: ["invoices"] }], {}, "r0 but e0"],
    ["the second, if the first does not match", [{}], [{ buckets: ["x"] }, { buckets: ["invoices"] }], {}, "r0 but e1"],
    ["the second, if the first has ended", [{}], [{ ...all, until: "2026-11-21" }, all], {}, "r0 but e1"],
    ["by tag, not read yet", [{}], [{ tags: { a: "b" } }], {}, "needs tags"],
    ["by tag, unreadable", [{}], [{ tags: { a: "b" } }], { tags: denied }, "e0 unknown: tags AccessDenied"],
    ["by unit, unreadable", [{}], [{ ous: [team] }], { ous: lost }, "e0 unknown: ous Lost"],
    ["by tag, ended", [{}], [{ tags: { a: "b" }, until: "2026-11-21" }], { tags: denied }, "r0"],
    ["by tag, while another is sure", [{}], [{ tags: { a: "b" } }, all], { tags: denied }, "r0 but e1"],
    ["by tag, while another is sure, not read yet", [{}], [{ tags: { a: "b" } }, all], {}, "r0 but e1"],
    [
      "the first of two that cannot be determined",
      [{}],
      [{ tags: { a: "b" } }, { ous: [team] }],
      { tags: denied, ous: lost },
      "e0 unknown: tags AccessDenied",
    ],
    ["a rule that cannot be determined comes first", [{ ous: [team] }], [all], { ous: lost }, "r0 unknown: ous Lost"],
  ])("%s", (_, matches, exemptions, facts, expected) => {
    expect(said(policyOf(matches, exemptions), facts)).toBe(expected);
  });

  test.each([
    ["2026-12-31T23:59:59.999Z", "r0 but e0"],
    ["2027-01-01T00:00:00.000Z", "r0"],
    ["2027-01-01T00:00:00.001Z", "r0"],
  ])("until 2027-01-01 at %s: %s", (now, expected) => {
    expect(said(policyOf([{}], [all]), { now: Date.parse(now) })).toBe(expected);
  });

  test("are returned with their rule, as the same objects", () => {
    const policy = policyOf([{}], [all]);
    const result = matchBucket(compilePolicy(policy), { ref, now: 0 });
    expect(result).toEqual({ kind: "rule", rule: policy.rules[0], exemption: policy.exemptions[0] });
  });
});

describe("a tag could decide for a bucket", () => {
  const byTag = { tags: { a: "b" } };
  test.each<[string, Given[], Given[], boolean]>([
    ["no rules", [], [], false],
    ["no tag rule", [{}], [], false],
    ["a tag rule", [byTag], [], true],
    ["a tag rule of other buckets", [{ ...byTag, buckets: ["x"] }, {}], [], false],
    ["a tag rule after a sure one", [{}, byTag], [], false],
    ["a tag rule after one that depends on units", [{ ous: [team] }, byTag], [], true],
    ["a tag rule that also depends on units", [{ ...byTag, ous: [team] }], [], true],
    ["a rule that depends on the account's tags", [{ accountTags: { a: "b" } }], [], false],
    ["an exception by tag", [{ except: byTag }, {}], [], true],
    ["an exception by tag of other buckets", [{ except: { ...byTag, buckets: ["x"] } }, {}], [], false],
    ["an exemption by tag", [{}], [byTag], true],
    ["an exemption by tag after one by unit", [{}], [{ ous: [team] }, byTag], true],
    ["an exemption by tag before one by unit", [{}], [byTag, { ous: [team] }], true],
    ["an exemption by tag where the rule depends on units", [{ ous: [team] }], [byTag], true],
    ["an exemption by tag of other buckets", [{}], [{ ...byTag, buckets: ["x"] }], false],
    ["an exemption by tag where no rule matches", [{ buckets: ["x"] }], [byTag], false],
    ["an exemption by name", [{}], [{ buckets: ["inv*"] }], false],
  ])("%s", (_, matches, exemptions, expected) => {
    expect(couldNeedTags(compilePolicy(policyOf(matches, exemptions)), ref)).toBe(expected);
  });
});

describe("the index finds the same as a linear scan", () => {
  test("for any policy and bucket", () => {
    fc.assert(
      fc.property(anyPolicy, anyFacts, (given, { tags, ous, accountTags, ...sure }) => {
        const asked = {
          ...sure,
          ...(tags === undefined ? {} : { tags }),
          ...(ous === undefined ? {} : { ous }),
          ...(accountTags === undefined ? {} : { accountTags }),
        };
        expect(matchBucket(compilePolicy(given), asked)).toEqual(naiveMatch(given, asked));
      }),
      { numRuns: runs(800) },
    );
  });

  test("and tags make a difference only if a tag could decide", () => {
    fc.assert(
      fc.property(anyPolicy, anyFacts, fc.constantFrom("t", "u"), (given, facts, name) => {
        const { tags: _, ous: units, accountTags = tags({}), ...sure } = facts;
        const compiled = compilePolicy(given);
        if (couldNeedTags(compiled, sure.ref)) return;
        const asked = { ...sure, ous: units ?? ous(), accountTags };
        const before = matchBucket(compiled, { ...asked, tags: tags({}) });
        for (const value of ["x", "y", "xx"])
          expect(matchBucket(compiled, { ...asked, tags: tags({ [name]: value }) })).toEqual(before);
        expect(matchBucket(compiled, { ...asked, tags: denied })).toEqual(before);
      }),
      { numRuns: runs(300) },
    );
  });

  test("10,000 rules are parsed and compiled in reasonable time", () => {
    const rules = Array.from({ length: 10_000 }, (_, at) => {
      return { id: `r${at}`, match: { buckets: [`a-${at}-*`, `*-${at}`] }, encryption: { blockSseC: true } };
    });
    const start = performance.now();
    const compiled = compilePolicy(policySchema.parse({ version: 1, rules }));
    const took = performance.now() - start;
    expect(matchBucket(compiled, { ref: { ...ref, bucket: "a-9999-x" }, now: 0 })).toMatchObject({
      rule: { id: "r9999" },
    });
    expect(matchBucket(compiled, { ref: { ...ref, bucket: "a-7777-5555" }, now: 0 })).toMatchObject({
      rule: { id: "r5555" },
    });
    expect(took).toBeLessThan(5000);
  });
});
