import fc from "fast-check";
import type { Fact } from "#core/fact";
import { type Policy, policySchema } from "#core/policy/policy";

const denied: Fact<never> = { known: false, error: { name: "AccessDenied", message: "no" } };
const lost: Fact<never> = { known: false, error: { name: "Lost", message: "gone" } };
const units = ["ou-ab12-12345678", "r-ab12"];

const word = fc.constantFrom("a", "b", "ab", "a-b", "b-a", "aa");
const glob = fc.oneof(
  word,
  fc.array(fc.constantFrom("a", "b", "-", "*", "?", "*"), { minLength: 1, maxLength: 4 }).map((all) => all.join("")),
);
const some = <T>(item: fc.Arbitrary<T>) => fc.uniqueArray(item, { minLength: 1, maxLength: 3 });
const value = fc.constantFrom("x", "y", "x*", "*", "?");
const conditions = {
  buckets: some(glob),
  accounts: some(fc.constantFrom("111111111111", "222222222222", "1*", "*2", "*")),
  regions: some(fc.constantFrom("eu-a", "us-a", "eu-*", "*")),
  ous: some(fc.constantFrom(...units)),
  tags: fc.dictionary(fc.constantFrom("t", "u"), fc.oneof(value, some(value)), { minKeys: 1, maxKeys: 2 }),
  accountTags: fc.dictionary(fc.constantFrom("t", "u"), value, { minKeys: 1, maxKeys: 1 }),
};
const filled = (given: object) => Object.keys(given).length > 0;
const except = fc.record(conditions, { requiredKeys: [] }).filter(filled);
const match = fc.record({ ...conditions, except }, { requiredKeys: [] });

const encryption = fc.constantFrom(
  { algorithm: "AES256" },
  { algorithm: "aws:kms", key: "one" },
  { algorithm: "aws:kms:dsse", key: "one", blockSseC: true },
  { blockSseC: true },
);

/** Each field's presence is drawn separately, so that most matches are short. */
const anyRule = fc.record({
  match,
  encryption,
  mode: fc.constantFrom("observe", "enforce", "enforce", "off"),
  trustTags: fc.boolean(),
});
const anyExemption = fc.record({ match: match.filter(filled), until: fc.constantFrom("2026-01-01", "2026-01-02") });

const build = (rules: readonly object[], exemptions: readonly object[]): Policy =>
  policySchema.parse({
    version: 1,
    keys: { one: "arn:{partition}:kms:{region}:{account}:alias/one" },
    rules: rules.map((rule, at) => ({ id: `r${at}`, ...rule })),
    exemptions: exemptions.map((exemption, at) => ({ id: `e${at}`, reason: "x", ...exemption })),
  });

/** An arbitrary policy over a few names, so that its rules overlap, hide and except one another. */
export const anyPolicy = fc
  .tuple(fc.array(anyRule, { maxLength: 10 }), fc.array(anyExemption, { maxLength: 4 }))
  .map(([rules, exemptions]) => build(rules, exemptions));

/**
 * Two versions of a policy, with rules and exemptions unchanged, changed, added, removed and moved.
 */
export const anyTwoPolicies = fc
  .record({
    rules: fc.array(anyRule, { minLength: 1, maxLength: 5 }),
    others: fc.array(anyRule, { minLength: 5, maxLength: 5 }),
    exemptions: fc.array(anyExemption, { maxLength: 2 }),
    order: fc.shuffledSubarray([0, 1, 2, 3, 4]),
    changed: fc.subarray([0, 1, 2, 3, 4], { maxLength: 2 }),
    kept: fc.subarray([0, 1]),
  })
  .map(({ rules, others, exemptions, order, changed, kept }) => {
    const next = order.map((at) => {
      const was = rules[at] ?? others[at];
      return { id: `r${at}`, ...(changed.includes(at) ? { ...was, ...others[at] } : was) };
    });
    return [
      build(rules, exemptions),
      build(
        next,
        kept.flatMap((at) => (exemptions[at] ? [{ id: `e${at}`, ...exemptions[at] }] : [])),
      ),
    ] as const;
  });

/** An arbitrary bucket over the same names; facts known, unreadable or not read. */
export const anyFacts = fc.record({
  ref: fc.record({
    partition: fc.constant("aws"),
    account: fc.constantFrom("111111111111", "222222222222", "333333333333"),
    region: fc.constantFrom("eu-a", "us-a"),
    bucket: fc.oneof(word, fc.string({ unit: fc.constantFrom("a", "b", "-"), maxLength: 4 })),
  }),
  now: fc.constantFrom(Date.UTC(2026, 0, 1) - 1, Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 2)),
  tags: fc.oneof(fc.constantFrom(undefined, denied), anyTags()),
  ous: fc.oneof(fc.constantFrom(undefined, lost), fc.subarray(units).map(known)),
  accountTags: fc.oneof(fc.constantFrom(undefined, lost), anyTags()),
});

/** An arbitrary bucket with all facts known. */
export const anyKnownFacts = fc.record({
  ref: fc.record({
    partition: fc.constant("aws"),
    account: fc.constantFrom("111111111111", "222222222222", "333333333333"),
    region: fc.constantFrom("eu-a", "us-a"),
    bucket: fc.oneof(word, fc.string({ unit: fc.constantFrom("a", "b", "-"), maxLength: 4 })),
  }),
  now: fc.constant(0),
  tags: anyTags(),
  ous: fc.subarray(units).map(known),
  accountTags: anyTags(),
});

function anyTags() {
  return fc.dictionary(fc.constantFrom("t", "u", "v"), fc.constantFrom("x", "y", "xx", "")).map(known);
}

function known<T>(value: T): Fact<T> {
  return { known: true, value };
}
