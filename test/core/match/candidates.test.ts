import { describe, expect, test } from "vitest";
import type { Facts } from "#core/decide/facts";
import { buildIndex, eachCandidate } from "#core/match/candidates";
import { compilePolicy } from "#core/match/compile";
import { compileMatch } from "#core/match/conditions";
import { coverAbove } from "#core/match/cover";
import { policySchema } from "#core/policy/policy";

const ref = { partition: "aws", account: "111122223333", region: "eu-west-1", bucket: "a-b-c" };

/** The candidates for a bucket with these tags (`null`: unreadable; absent: not read). */
function candidates(matches: object[], tags?: Record<string, string> | null): number[] {
  const rules = matches.map((match, at) => ({ id: `r${at}`, match, encryption: { blockSseC: true } }));
  const index = buildIndex(policySchema.parse({ version: 1, rules }).rules.map(({ match }) => compileMatch(match)));
  const error = { name: "AccessDenied", message: "" };
  const fact: Facts["tags"] = tags ? { known: true, value: tags } : { known: false, error };
  const visited: number[] = [];
  eachCandidate(index, { ref, now: 0, ...(tags === undefined ? {} : { tags: fact }) }, (at) => visited.push(at) === 0);
  return visited;
}

describe("a bucket is compared with no more rules than could match:", () => {
  test.each<[string, object[], number[]]>([
    ["its name among names", [{ buckets: ["a"] }, { buckets: ["b", "a-b-c"] }, { buckets: ["a-b-c", "x"] }], [1, 2]],
    [
      "heads of its name",
      [{ buckets: ["a-*"] }, { buckets: ["b-*"] }, { buckets: ["a-b*"] }, { buckets: ["a-x*"] }],
      [0, 2],
    ],
    [
      "tails of its name",
      [{ buckets: ["*-c"] }, { buckets: ["*-b"] }, { buckets: ["*b-c"] }, { buckets: ["*x-c"] }],
      [0, 2],
    ],
    ["the longer end of its name", [{ buckets: ["a-b*x"] }, { buckets: ["a*y-c"] }, { buckets: ["x-b*c"] }], [0]],
    ["ends of the same length", [{ buckets: ["a*x"] }, { buckets: ["x*c"] }], [0]],
    ["a head as long as the name", [{ buckets: ["a-b-c*"] }, { buckets: ["a-b-c-*"] }], [0]],
    ["its account, where the name says nothing", [{ accounts: ["111122223333"] }, { accounts: ["000000000000"] }], [0]],
    ["its account, where the name is open at both ends", [{ buckets: ["*x*"], accounts: ["000000000000"] }], []],
    ["its name before its account", [{ buckets: ["x"], accounts: ["111122223333"] }], []],
    [
      "all that is open",
      [{}, { regions: ["us-*"] }, { accounts: ["2*"] }, { buckets: ["*x*"] }, { ous: ["r-ab12"] }],
      [0, 1, 2, 3, 4],
    ],
    ["one open name among others", [{ buckets: ["x", "*y*"] }], [0]],
  ])("%s", (_, matches, expected) => {
    expect(candidates(matches, {})).toEqual(expected);
  });

  const byTag = [
    { tags: { env: "prod" } },
    { tags: { env: ["dev", "test"] } },
    { tags: { env: "t*" } },
    { tags: { team: "x" } },
  ];
  test.each<[string, Record<string, string> | null | undefined, number[]]>([
    ["its tags", { env: "test", other: "x" }, [1, 2]],
    ["none without tags", {}, []],
    ["all while its tags are not known", undefined, [0, 1, 2, 3]],
    ["all while its tags are unreadable", null, [0, 1, 2, 3]],
  ])("%s", (_, tags, expected) => {
    expect(candidates(byTag, tags)).toEqual(expected);
  });

  test("a tag with plain values rather than one with a wildcard", () => {
    expect(candidates([{ tags: { env: "*", team: "x" } }], { env: "a", team: "y" })).toEqual([]);
    expect(candidates([{ tags: { env: "a*", team: "x*" } }], { env: "b", team: "x" })).toEqual([0]);
  });

  test("each one once and in document order, however it is indexed", () => {
    const matches = [
      { buckets: ["*c"] },
      {},
      { buckets: ["a*", "*c", "a-*", "a-b-c", "a-b-c"] },
      { tags: { t: "x" } },
      { buckets: ["a*"] },
    ];
    expect(candidates([...matches, ...matches], { t: "x" })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});

test("a visit of candidates ends when the visitor says so", () => {
  const index = buildIndex([{}, {}, {}].map(compileMatch));
  const visited: number[] = [];
  eachCandidate(index, { ref, now: 0 }, (at) => visited.push(at) === 2);
  expect(visited).toEqual([0, 1]);
});

describe("the first rule above that matches all of a rule's buckets", () => {
  test.each<[string, object[], number]>([
    ["is found", [{ buckets: ["a*"] }, { buckets: ["a-*"] }, { buckets: ["a-b-*"] }], 0],
    ["is not itself, nor below", [{ buckets: ["b"] }, { buckets: ["a"] }, { buckets: ["a"] }], -1],
    ["is found by its tail", [{ buckets: ["*-x"] }, {}, { buckets: ["a*b-x"] }], 0],
    ["is found by its head", [{ buckets: ["a-*"] }, {}, { buckets: ["a-b*x"] }], 0],
    [
      "is found by the account",
      [{ accounts: ["111122223333"] }, {}, { accounts: ["111122223333"], buckets: ["a"] }],
      0,
    ],
    ["is found for an account glob", [{ accounts: ["11*"] }, {}, { accounts: ["11?1*"] }], 0],
    ["is found although filed under tags that it has not", [{ tags: { a: "b" } }, {}, {}], 1],
  ])("%s", (_, matches, expected) => {
    const rules = matches.map((match, at) => ({ id: `r${at}`, match, encryption: { blockSseC: true } }));
    const compiled = compilePolicy(policySchema.parse({ version: 1, rules }));
    const at = expected === -1 ? 1 : matches.length - 1;
    expect(
      coverAbove(compiled, compileMatch(policySchema.parse({ version: 1, rules }).rules[at]?.match ?? {}), at),
    ).toBe(expected);
  });
});
