import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PolicyChange } from "#core/diff/change";
import { diffPolicies } from "#core/diff/diff";
import { fieldChanges } from "#core/diff/fields";
import { movedIds } from "#core/diff/moved";
import { compilePolicy } from "#core/match/compile";
import { matchBucket } from "#core/match/match";
import { type Policy, policySchema, type Rule } from "#core/policy/policy";
import { combine, compareStrength, type Strength } from "#core/policy/strength";
import { runs } from "../../support/soak.ts";
import { anyKnownFacts, anyTwoPolicies } from "../policy/arbitrary-policy.ts";

const one = "arn:{partition}:kms:{region}:{account}:alias/one";
const strong = { algorithm: "aws:kms", key: "one" };
const weak = { algorithm: "AES256" };
type Rules = Record<string, object>;

function policyOf(rules: Rules, rest: object = {}): Policy {
  const list = Object.entries(rules).map(([id, fields]) => ({ id, encryption: strong, mode: "enforce", ...fields }));
  return policySchema.parse({ version: 1, keys: { one, two: one }, rules: list, ...rest });
}

const exempt = (fields: object = {}) => ({
  exemptions: [{ id: "e", match: { buckets: ["a-*"] }, until: "2027-01-01", reason: "why", ...fields }],
});

const inShort = (changes: readonly PolicyChange[]) => changes.map(({ id, kind, effect }) => `${id} ${kind} ${effect}`);
const ruleDiff = (before: Rules, after: Rules) => inShort(diffPolicies(policyOf(before), policyOf(after)));
const byName = (...buckets: string[]) => ({ match: { buckets } });

describe("between two versions of the rules", () => {
  test.each<[string, Rules, Rules, string[]]>([
    ["nothing", { a: byName("a"), b: {} }, { a: byName("a"), b: {} }, []],

    ["a rule where there was none is added", {}, { a: {} }, ["a added stronger"]],
    ["a rule that is off is added", {}, { a: { mode: "off" } }, ["a added neutral"]],
    [
      "a weaker rule is put before another",
      { b: {} },
      { a: { ...byName("a"), encryption: weak }, b: {} },
      ["a added weaker"],
    ],
    ["an equal rule is put before another", { b: {} }, { a: byName("a"), b: {} }, ["a added neutral"]],
    [
      "a stronger rule is put before another",
      { b: { encryption: weak } },
      { a: byName("a"), b: { encryption: weak } },
      ["a added stronger"],
    ],
    [
      "a rule is put before one of other names",
      { b: byName("b") },
      { a: { ...byName("a"), encryption: weak }, b: byName("b") },
      ["a added stronger"],
    ],
    [
      "a weaker rule is put before one for some",
      { b: byName("b*") },
      { a: { encryption: weak }, b: byName("b*") },
      ["a added mixed"],
    ],
    ["a rule is put where no bucket comes to it", { b: {} }, { b: {}, a: { encryption: weak } }, ["a added neutral"]],
    [
      "a rule is put behind one of the same buckets in part",
      { b: byName("b*") },
      { b: byName("b*"), a: { encryption: weak } },
      ["a added stronger"],
    ],
    [
      "a rule takes only what the next one had",
      { b: byName("a*"), c: { encryption: { ...strong, algorithm: "aws:kms:dsse" } } },
      { a: byName("a-*"), b: byName("a*"), c: { encryption: { ...strong, algorithm: "aws:kms:dsse" } } },
      ["a added neutral"],
    ],

    ["the only rule is removed", { a: {} }, {}, ["a removed weaker"]],
    ["a rule that is off is removed", { a: { mode: "off" } }, {}, ["a removed neutral"]],
    [
      "a weak rule is removed from before a strong one",
      { a: { ...byName("a"), encryption: weak }, b: {} },
      { b: {} },
      ["a removed stronger"],
    ],
    [
      "a strong rule is removed from before a weak one",
      { a: byName("a"), b: { encryption: weak } },
      { b: { encryption: weak } },
      ["a removed weaker"],
    ],
    ["a rule is removed that no bucket came to", { b: {}, a: { encryption: weak } }, { b: {} }, ["a removed neutral"]],
    [
      "a rule gets another name",
      { a: byName("a"), z: { encryption: weak } },
      { b: byName("a"), z: { encryption: weak } },
      ["b added neutral", "a removed neutral"],
    ],

    ["encryption is weakened", { a: {} }, { a: { encryption: weak } }, ["a changed weaker"]],
    ["encryption is strengthened", { a: { encryption: weak } }, { a: {} }, ["a changed stronger"]],
    ["enforcing is stopped", { a: {} }, { a: { mode: "observe" } }, ["a changed weaker"]],
    ["a hazard is accepted", { a: {} }, { a: { accept: ["replication"] } }, ["a changed neutral"]],
    ["another key is named", { a: {} }, { a: { encryption: { ...strong, key: "two" } } }, ["a changed mixed"]],
    [
      "another key is named by a rule that is weakened",
      { a: {} },
      { a: { encryption: { ...strong, key: "two" }, mode: "observe" } },
      ["a changed weaker"],
    ],
    [
      "aws-managed instead of a key",
      { a: {} },
      { a: { encryption: { ...strong, key: "aws-managed" } } },
      ["a changed weaker"],
    ],

    ["a strong rule matches less, and nothing comes after", { a: {} }, { a: byName("a*") }, ["a changed weaker"]],
    ["a strong rule matches more", { a: byName("a*") }, { a: {} }, ["a changed stronger"]],
    [
      "a weak rule matches more of what comes after",
      { a: { ...byName("a"), encryption: weak }, b: {} },
      { a: { ...byName("a*"), encryption: weak }, b: {} },
      ["a changed weaker"],
    ],
    [
      "a weak rule matches less",
      { a: { ...byName("a*"), encryption: weak }, b: {} },
      { a: { ...byName("a"), encryption: weak }, b: {} },
      ["a changed stronger"],
    ],
    [
      "a weak rule matches something else",
      { a: { ...byName("a"), encryption: weak }, b: {} },
      { a: { ...byName("b"), encryption: weak }, b: {} },
      ["a changed mixed"],
    ],
    [
      "a match is written in another way",
      { a: byName("a*", "ab"), b: {} },
      { a: byName("a*"), b: {} },
      ["a changed neutral"],
    ],
    ["an equal rule matches more", { a: byName("a"), b: {} }, { a: byName("a*"), b: {} }, ["a changed neutral"]],
    [
      "names are added to conditions that stay",
      { a: { match: { ous: ["r-ab12"], tags: { x: "y" }, except: { regions: ["eu-*"] } } } },
      { a: { match: { buckets: ["a"], ous: ["r-ab12"], tags: { x: "y" }, except: { regions: ["eu-*"] } } } },
      ["a changed weaker"],
    ],
    ["a condition on tags is added", { a: {} }, { a: { match: { tags: { x: "y" } } } }, ["a changed weaker"]],
    ["a condition on units is added", { a: {} }, { a: { match: { ous: ["r-ab12"] } } }, ["a changed weaker"]],
    [
      "a condition on account tags is added",
      { a: {} },
      { a: { match: { accountTags: { x: "y" } } } },
      ["a changed weaker"],
    ],
    [
      "a condition on account tags is another",
      { a: { match: { accountTags: { x: "y" } } } },
      { a: { match: { accountTags: { x: "z" } } } },
      ["a changed mixed"],
    ],
    [
      "names are added to a condition on account tags that stays",
      { a: { match: { accountTags: { x: "y" } } } },
      { a: { match: { accountTags: { x: "y" }, buckets: ["a"] } } },
      ["a changed weaker"],
    ],
    ["an exception is added", { a: {} }, { a: { match: { except: { buckets: ["a"] } } } }, ["a changed weaker"]],
    ["a condition on tags is dropped", { a: { match: { tags: { x: "y" } } } }, { a: {} }, ["a changed stronger"]],
    [
      "a condition on tags is another",
      { a: { match: { tags: { x: "y" } } } },
      { a: { match: { tags: { x: "z" } } } },
      ["a changed mixed"],
    ],
    [
      "a condition on units is another",
      { a: { match: { ous: ["r-ab12"] } } },
      { a: { match: { ous: ["r-ab13"] } } },
      ["a changed mixed"],
    ],
    [
      "an exception is another",
      { a: { match: { except: { buckets: ["a"] } } } },
      { a: { match: { except: { buckets: ["b"] } } } },
      ["a changed mixed"],
    ],

    [
      "a strong rule is moved below a weak one",
      { a: byName("a*"), b: { ...byName("a-*"), encryption: weak }, c: {} },
      { b: { ...byName("a-*"), encryption: weak }, a: byName("a*"), c: {} },
      ["b moved weaker"],
    ],
    [
      "a weak rule is moved below a strong one",
      { a: { ...byName("a*"), encryption: weak }, b: byName("a-*"), c: byName("c"), d: byName("d") },
      { b: byName("a-*"), c: byName("c"), d: byName("d"), a: { ...byName("a*"), encryption: weak } },
      ["a moved stronger"],
    ],
    [
      "a weak rule is moved to the top",
      { b: byName("a-*"), c: byName("c"), a: { ...byName("a*"), encryption: weak } },
      { a: { ...byName("a*"), encryption: weak }, b: byName("a-*"), c: byName("c") },
      ["a moved weaker"],
    ],
    [
      "a rule is moved past rules of other names",
      { a: { ...byName("a"), encryption: weak }, b: byName("b"), c: byName("c") },
      { b: byName("b"), c: byName("c"), a: { ...byName("a"), encryption: weak } },
      ["a moved neutral"],
    ],
    [
      "a rule is moved past a removed and an added one",
      { x: byName("x"), a: byName("a") },
      { a: byName("a"), y: byName("y") },
      ["y added stronger", "x removed weaker"],
    ],
    [
      "a rule is moved and changed",
      { a: { encryption: weak }, b: byName("b"), c: byName("c") },
      { b: byName("b"), c: byName("c"), a: {} },
      ["a changed stronger", "a moved neutral"],
    ],
  ])("%s", (_, before, after, expected) => {
    expect(ruleDiff(before, after)).toEqual(expected);
  });

  test("all rules are added where there was no policy", () => {
    const changes = diffPolicies(null, policyOf({ a: byName("a"), b: {} }, { settle: "5m" }));
    expect(inShort(changes)).toEqual([
      "one added neutral",
      "two added neutral",
      "a added stronger",
      "b added stronger",
    ]);
  });
});

describe("the text says what changed, why it matters and for whom", () => {
  const texts = (before: Rules, after: Rules) =>
    diffPolicies(policyOf(before), policyOf(after)).map(({ text }) => text);

  test.each<[string, Rules, Rules, string]>([
    [
      "added",
      { b: {} },
      { a: { ...byName("a"), encryption: weak }, b: {} },
      'weaker in algorithm, key for buckets that matched rule "b"',
    ],
    ["added, from no rule", {}, { a: {} }, "stronger in mode for buckets that matched no rule"],
    ["added to no effect", { b: {} }, { a: byName("a"), b: {} }, "no bucket is better or worse off"],
    [
      "removed",
      { a: { encryption: weak, mode: "enforce" }, b: {} },
      { b: {} },
      'stronger in algorithm, key for buckets that now match rule "b"',
    ],
    ["removed, to no rule", { a: {} }, {}, "weaker in mode for buckets that now match no rule"],
    [
      "changed",
      { a: {} },
      { a: { encryption: weak } },
      'encryption.algorithm: "AES256", was "aws:kms"; encryption.key: not declared, was "one"; weaker in algorithm, key',
    ],
    [
      "changed both ways",
      { a: {} },
      { a: { mode: "observe", encryption: { ...strong, blockSseC: true } } },
      'encryption.blockSseC: true, was not declared; mode: "observe", was "enforce"; weaker in mode; stronger in blockSseC',
    ],
    [
      "changed in something mixed",
      { a: { objects: { onWrite: "enforce", except: ["x"] } } },
      { a: { objects: { onWrite: "enforce", except: ["y"] } } },
      'objects.except: ["y"], was ["x"]; mixed in objects',
    ],
    [
      "moved",
      { b: byName("a-*"), c: byName("c"), a: { encryption: weak } },
      { a: { encryption: weak }, b: byName("a-*"), c: byName("c") },
      'now 1 of 3, was 3 of 3; weaker in algorithm, key for buckets that matched rule "b"; weaker in algorithm, key for buckets that matched rule "c"',
    ],
    [
      "moved down",
      { a: { encryption: weak }, b: byName("a-*"), c: byName("c") },
      { b: byName("a-*"), c: byName("c"), a: { encryption: weak } },
      'now 3 of 3, was 1 of 3; stronger in algorithm, key for buckets that now match rule "b"; stronger in algorithm, key for buckets that now match rule "c"',
    ],
  ])("%s", (_, before, after, expected) => {
    expect(texts(before, after)).toEqual([expected]);
  });

  test("with at most three reasons, and how many more there are", () => {
    const others = Object.fromEntries(["b", "c", "d", "e", "f"].map((name) => [name, byName(name)]));
    const [text] = texts(others, { a: { encryption: weak }, ...others });
    expect(text).toMatch(/rule "b"; .*rule "c"; .*rule "d"; and 3 more$/);
    const three = { b: byName("b"), c: byName("c") };
    expect(texts(three, { a: { encryption: weak }, ...three })[0]).toMatch(
      /rule "b"; .*rule "c"; stronger in mode for buckets that matched no rule$/,
    );
  });
});

describe("between two versions of the exemptions", () => {
  const rules = { base: {} };
  const diff = (before: object, after: object) => diffPolicies(policyOf(rules, before), policyOf(rules, after));

  test.each<[string, object, object, string[]]>([
    ["nothing", exempt(), exempt(), []],
    ["one is added", {}, exempt(), ["e added weaker"]],
    ["one is removed", exempt(), {}, ["e removed stronger"]],
    ["it holds longer", exempt(), exempt({ until: "2027-01-02" }), ["e changed weaker"]],
    ["it ends sooner", exempt(), exempt({ until: "2026-12-31" }), ["e changed stronger"]],
    ["it matches more", exempt(), exempt({ match: { buckets: ["a*"] } }), ["e changed weaker"]],
    ["it matches less", exempt(), exempt({ match: { buckets: ["a-b"] } }), ["e changed stronger"]],
    ["it matches something else", exempt(), exempt({ match: { buckets: ["b"] } }), ["e changed mixed"]],
    [
      "it matches less for longer",
      exempt(),
      exempt({ match: { buckets: ["a-b"] }, until: "2028-01-01" }),
      ["e changed mixed"],
    ],
    ["it has another reason", exempt(), exempt({ reason: "other" }), ["e changed neutral"]],
  ])("%s", (_, before, after, expected) => {
    expect(inShort(diff(before, after))).toEqual(expected);
  });

  test("the text says until when and why, or what changed", () => {
    expect(diff({}, exempt())[0]).toMatchObject({
      subject: "exemption",
      text: 'leaves buckets alone until 2027-01-01: "why"',
    });
    expect(diff(exempt(), {})[0]).toMatchObject({
      subject: "exemption",
      text: 'was: leaves buckets alone until 2027-01-01: "why"',
    });
    expect(diff(exempt(), exempt({ ticket: "T" }))[0]).toMatchObject({
      subject: "exemption",
      text: 'ticket: "T", was not declared',
    });
  });

  test("their order has no effect", () => {
    const [e, f] = [exempt().exemptions[0], { ...exempt().exemptions[0], id: "f" }];
    expect(diff({ exemptions: [e, f] }, { exemptions: [f, e] })).toEqual([]);
  });
});

describe("between two versions of the rest of the policy", () => {
  const rest = (fields: object) => policyOf({ base: { encryption: weak } }, fields);

  test("keys that were added, removed or changed are named", () => {
    const before = rest({ keys: { one, two: one, three: one } });
    const after = rest({ keys: { four: one, one, two: `${one}-2` } });
    expect(diffPolicies(before, after)).toEqual([
      { subject: "key", id: "four", kind: "added", effect: "neutral", text: one },
      {
        subject: "key",
        id: "two",
        kind: "changed",
        effect: "mixed",
        text: `${one}-2, was ${one}: every bucket under it changes keys`,
      },
      { subject: "key", id: "three", kind: "removed", effect: "neutral", text: `was ${one}` },
    ]);
  });

  test("settle is named", () => {
    expect(diffPolicies(rest({}), rest({ settle: "2m" }))).toEqual([
      {
        subject: "policy",
        id: "settle",
        kind: "changed",
        effect: "neutral",
        text: "settle: 120, was not declared (seconds)",
      },
    ]);
  });

  test("breaker and fold are named", () => {
    const changes = diffPolicies(rest({}), rest({ breaker: { writes: 5 }, fold: "1h" }));
    expect(changes.map(({ id, effect, text }) => [id, effect, text])).toEqual([
      [
        "breaker",
        "neutral",
        "breaker.writes: 5, was not declared; breaker.within: 600, was not declared; breaker.coolDown: 600, was not declared (durations in seconds)",
      ],
      ["fold", "neutral", "fold: 3600, was not declared (seconds)"],
    ]);
  });

  test("changes are in the order settle, keys, rules, exemptions", () => {
    const after = policyOf({ a: {} }, { settle: "5m", keys: { one, two: one, x: one }, ...exempt() });
    expect(diffPolicies(policyOf({}), after).map(({ subject }) => subject)).toEqual([
      "policy",
      "key",
      "rule",
      "exemption",
    ]);
  });
});

test("fields are compared wherever they stand, lists as a whole", () => {
  expect(fieldChanges({ a: { b: 1, c: [1, 2] }, d: undefined }, { a: { c: [2, 1], b: 1 }, e: null })).toEqual([
    "a.c: [2,1], was [1,2]",
    "e: null, was not declared",
  ]);
});

test.each<[string, string, string]>([
  ["abc", "abc", ""],
  ["abc", "", ""],
  ["", "abc", ""],
  ["abcd", "dabc", "d"],
  ["abcd", "bcda", "a"],
  ["abcd", "bxd", ""],
  ["abcde", "acbde", "c"],
  ["abcdef", "defabc", "def"],
  ["abcdefgh", "abfcdegh", "f"],
])("from %s to %s, %j was moved", (before, after, moved) => {
  expect([...movedIds([...before], [...after])].sort().join("")).toBe(moved);
});

test("no more rules are moved than necessary", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5]), (order) => {
      const ids = order.map(String);
      const moved = movedIds(["0", "1", "2", "3", "4", "5"], ids);
      const rest = ids.filter((id) => !moved.has(id));
      expect(rest).toEqual([...rest].sort());
      const longest = Math.max(
        0,
        ...subsets(ids)
          .filter((some) => some.every((id, at) => at === 0 || id > (some[at - 1] ?? "")))
          .map(({ length }) => length),
      );
      expect(rest).toHaveLength(longest);
    }),
  );
});

describe("for any two policies", () => {
  test("a bucket that becomes weaker or stronger is covered by a change that says so", () => {
    const seen = { weaker: 0, stronger: 0 };
    fc.assert(
      fc.property(
        anyTwoPolicies,
        fc.array(anyKnownFacts, { minLength: 10, maxLength: 10 }),
        ([before, after], buckets) => {
          const said = combine(
            diffPolicies(before, after).map(({ effect }) => (effect === "neutral" ? "equal" : effect)),
          );
          const [old, now] = [compilePolicy(before), compilePolicy(after)];
          const came = combine(buckets.map((facts) => passage(matchBucket(old, facts), matchBucket(now, facts))));
          for (const effect of ["weaker", "stronger"] as const) {
            if (came !== effect && came !== "mixed") continue;
            seen[effect]++;
            expect([effect, "mixed"]).toContain(said);
          }
        },
      ),
      { numRuns: runs(600) },
    );
    expect(Math.min(seen.weaker, seen.stronger)).toBeGreaterThan(runs(50) - 1);
  });

  test("a policy does not differ from itself", () => {
    fc.assert(
      fc.property(anyTwoPolicies, ([policy]) => {
        expect(diffPolicies(policy, structuredClone(policy))).toEqual([]);
      }),
    );
  });

  function passage(from: ReturnType<typeof matchBucket>, to: ReturnType<typeof matchBucket>): Strength {
    const inForce = (result: typeof from): Rule | null =>
      result.kind === "rule" && result.exemption === null ? result.rule : null;
    return compareStrength(inForce(to), inForce(from));
  }
});

function subsets(all: readonly string[]): string[][] {
  return Array.from({ length: 2 ** all.length }, (_, bits) => all.filter((_, at) => (bits >> at) & 1));
}
