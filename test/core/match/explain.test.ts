import { describe, expect, test } from "vitest";
import type { Facts } from "#core/decide/facts";
import { compilePolicy } from "#core/match/compile";
import { type Explanation, explainBucket } from "#core/match/explain";
import { policySchema } from "#core/policy/policy";

type MatchFacts = Pick<Facts, "ref" | "now" | "tags" | "ous" | "accountTags">;

const ref = { partition: "aws", account: "111122223333", region: "eu-west-1", bucket: "invoices" };
const now = Date.UTC(2026, 10, 21, 8);
const denied = { known: false, error: { name: "AccessDenied", message: "not for you" } } as const;

function explain(matches: object[], facts: Partial<MatchFacts> = {}, exemptions: object[] = []): Explanation[] {
  const policy = policySchema.parse({
    version: 1,
    rules: matches.map((match, at) => ({ id: `r${at}`, match, encryption: { blockSseC: true } })),
    exemptions: exemptions.map((match, at) => ({ id: `e${at}`, match, until: "2027-01-01", reason: "x" })),
  });
  return explainBucket(compilePolicy(policy), { ref, now, ...facts });
}

const tagged = { tags: { known: true, value: { env: "dev" } } } as const;
const inUnit = { ous: { known: true, value: ["ou-ab12-12345678", "r-ab12"] } } as const;

describe("the explanation of a rule that does not match names the field, the wanted and the actual value", () => {
  test.each<[string, object, Partial<MatchFacts>, Partial<Explanation>]>([
    [
      "buckets",
      { buckets: ["x", "y-*"] },
      {},
      {
        field: "buckets",
        declared: '"x", "y-*"',
        actual: '"invoices"',
        text: 'buckets: is "invoices", wanted "x", "y-*"',
      },
    ],
    [
      "accounts",
      { accounts: ["2*"] },
      {},
      {
        field: "accounts",
        declared: '"2*"',
        actual: '"111122223333"',
        text: 'accounts: is "111122223333", wanted "2*"',
      },
    ],
    [
      "regions",
      { regions: ["us-*"] },
      {},
      { field: "regions", declared: '"us-*"', actual: '"eu-west-1"', text: 'regions: is "eu-west-1", wanted "us-*"' },
    ],
    [
      "ous",
      { ous: ["ou-ab12-99999999"] },
      inUnit,
      {
        field: "ous",
        declared: '"ou-ab12-99999999"',
        actual: '"ou-ab12-12345678", "r-ab12"',
        text: 'ous: the account is in "ou-ab12-12345678", "r-ab12", wanted "ou-ab12-99999999"',
      },
    ],
    ["no unit at all", { ous: ["r-ab12"] }, { ous: { known: true, value: [] } }, { field: "ous", actual: "nothing" }],
    [
      "another value of a tag",
      { tags: { env: ["prod", "p*"] } },
      tagged,
      {
        field: "tags.env",
        declared: '"prod", "p*"',
        actual: '"dev"',
        text: 'tags.env: the bucket has "dev", wanted "prod", "p*"',
      },
    ],
    [
      "a tag that is not there",
      { tags: { env: "dev", team: "a" } },
      tagged,
      { field: "tags.team", declared: '"a"', actual: "no such tag" },
    ],
    [
      "a tag of the account",
      { accountTags: { env: "prod" } },
      { accountTags: { known: true, value: { env: "dev" } } },
      {
        field: "accountTags.env",
        declared: '"prod"',
        actual: '"dev"',
        text: 'accountTags.env: the account has "dev", wanted "prod"',
      },
    ],
    [
      "a tag called like what every object has",
      { tags: { toString: "*" } },
      tagged,
      { field: "tags.toString", actual: "no such tag" },
    ],
    [
      "an exception",
      { except: { buckets: ["inv*"], regions: ["eu-*"] } },
      {},
      {
        field: "except",
        declared: 'buckets: "inv*"; regions: "eu-*"',
        actual: 'buckets: "invoices"; regions: "eu-west-1"',
        text: 'excluded by except.buckets "inv*" and except.regions "eu-*"',
      },
    ],
    ["the first of two fields", { accounts: ["2*"], buckets: ["x"] }, {}, { field: "buckets" }],
    [
      "a field that fails rather than one that cannot be determined",
      { tags: { env: "x" }, ous: ["r-ab12"] },
      { tags: denied, ous: { known: true, value: [] } },
      { field: "ous" },
    ],
    [
      "an exception that applies rather than a field that cannot be determined",
      { tags: { env: "x" }, except: { buckets: ["inv*"] } },
      { tags: denied },
      { field: "except" },
    ],
    ["a field rather than an exception", { buckets: ["x"], except: { buckets: ["inv*"] } }, {}, { field: "buckets" }],
  ])("%s", (_, match, facts, expected) => {
    expect(explain([match], facts)).toEqual([
      expect.objectContaining({ kind: "rule", id: "r0", state: "no-match", ...expected }),
    ]);
  });
});

describe("the explanation of a rule that cannot be determined names the missing fact", () => {
  test.each<[string, object, Partial<MatchFacts>, Partial<Explanation>]>([
    [
      "tags unreadable",
      { tags: { env: "x" } },
      { tags: denied },
      {
        field: "tags.env",
        declared: '"x"',
        actual: "AccessDenied: not for you",
        text: "tags.env: could not be determined (AccessDenied: not for you)",
      },
    ],
    [
      "tags not looked at",
      { tags: { env: "x" } },
      {},
      { field: "tags.env", actual: "not read", text: "tags.env: could not be determined (not read)" },
    ],
    ["units unreadable", { ous: ["r-ab12"] }, { ous: denied }, { field: "ous", actual: "AccessDenied: not for you" }],
    ["units not looked at", { ous: ["r-ab12"] }, {}, { field: "ous", actual: "not read" }],
    [
      "account tags unreadable",
      { accountTags: { env: "x" } },
      { accountTags: denied },
      { field: "accountTags.env", actual: "AccessDenied: not for you" },
    ],
    ["account tags not looked at", { accountTags: { env: "x" } }, {}, { actual: "not read" }],
    [
      "an exception",
      { except: { tags: { env: "x" } } },
      { tags: denied },
      { field: "except.tags.env", text: "except.tags.env: could not be determined (AccessDenied: not for you)" },
    ],
    ["a field before an exception", { ous: ["r-ab12"], except: { tags: { env: "x" } } }, {}, { field: "ous" }],
  ])("%s", (_, match, facts, expected) => {
    expect(explain([match], facts)).toEqual([expect.objectContaining({ state: "unknown", ...expected })]);
  });
});

describe("a rule that matches", () => {
  const fits = { field: null, declared: null, actual: null };

  test("applies if it is the first", () => {
    expect(explain([{ buckets: ["x"] }, { buckets: ["*"] }, {}])).toEqual([
      expect.objectContaining({ state: "no-match" }),
      { kind: "rule", id: "r1", state: "applies", ...fits, text: "the first match" },
      { kind: "rule", id: "r2", state: "matches", ...fits, text: 'matches, but rule "r1" comes first' },
    ]);
  });

  test("does not apply after one that cannot be determined", () => {
    expect(explain([{ tags: { a: "b" } }, {}], { tags: denied })).toMatchObject([
      { state: "unknown" },
      { id: "r1", state: "matches", text: "matches, but an earlier rule could not be determined" },
    ]);
  });

  test("matches by all of its fields, and an exception that does not apply", () => {
    const match = { buckets: ["inv*"], accounts: ["*"], regions: ["eu-*"], ous: ["r-ab12"], tags: { env: "d*" } };
    const except = { buckets: ["inv*"], tags: { env: "prod" } };
    expect(explain([{ ...match, except }], { ...tagged, ...inUnit })).toMatchObject([{ state: "applies" }]);
  });
});

describe("exemptions", () => {
  test("apply, come second, do not match, or have ended", () => {
    const all = { accounts: ["*"] };
    const found = explain([{}], {}, [{ buckets: ["x"] }, all, all]);
    expect(found.slice(1)).toMatchObject([
      { kind: "exemption", id: "e0", state: "no-match", field: "buckets" },
      { kind: "exemption", id: "e1", state: "applies", text: "the first match" },
      { kind: "exemption", id: "e2", state: "matches", text: 'matches, but exemption "e1" comes first' },
    ]);
  });

  test("have no effect without a rule", () => {
    expect(explain([{ buckets: ["x"] }], {}, [{ accounts: ["*"] }])[1]).toMatchObject({
      state: "matches",
      text: "matches, but no rule is known to match",
    });
  });

  test.each([
    [Date.UTC(2027, 0, 1) - 1, "applies"],
    [Date.UTC(2027, 0, 1), "expired"],
  ])("end at midnight (%i: %s)", (at, state) => {
    expect(explain([{}], { now: at }, [{ accounts: ["*"] }])[1]).toMatchObject({ state });
  });

  test("that have ended show since when, whatever they match", () => {
    expect(explain([{}], { now: Date.UTC(2027, 5, 1) }, [{ buckets: ["x"] }])[1]).toEqual({
      kind: "exemption",
      id: "e0",
      state: "expired",
      field: "until",
      declared: "2027-01-01",
      actual: "2027-06-01T00:00:00.000Z",
      text: "expired at the start of 2027-01-01 (UTC)",
    });
  });
});
