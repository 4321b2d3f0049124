import { describe, expect, test } from "vitest";
import { concernedBy, type KnownState } from "#core/diff/concerned";
import { pushEffects } from "#core/diff/effects";
import { type Policy, policySchema } from "#core/policy/policy";

const NOW = Date.parse("2026-11-27T08:00:00.000Z");
const KEY = "arn:aws:kms:eu-west-1:111122223333:key/11111111-1111-1111-1111-111111111111";
const OTHER = "arn:aws:kms:eu-west-1:111122223333:key/22222222-2222-2222-2222-222222222222";

const kms = { algorithm: "aws:kms", key: "default", bucketKey: true };
const baseline = { id: "baseline", match: { buckets: ["app-*"] }, encryption: kms, mode: "enforce" };
const logs = { id: "logs", match: { buckets: ["*-logs"] }, encryption: { algorithm: "AES256" }, mode: "observe" };
const secret = { id: "secret", match: { tags: { data: "secret" } }, encryption: kms, mode: "enforce" };

function policy(rules: readonly object[], more: object = {}): Policy {
  return policySchema.parse({ version: 1, keys: { default: KEY }, rules, ...more });
}

function known(bucket: string, rule: string | null = "baseline", outcome = "left alone"): KnownState {
  return { ref: { partition: "aws", account: "111122223333", region: "eu-west-1", bucket }, outcome, rule };
}

const exemption = (buckets: readonly string[], until = "2027-01-01") => ({
  exemptions: [{ id: "partner", match: { buckets }, until, reason: "partner cannot use KMS" }],
});

describe("a change concerns", () => {
  test.each<[string, Policy | null, Policy, KnownState, boolean]>([
    ["every bucket that the first policy has a rule for", null, policy([baseline]), known("app-1", null), true],
    ["no bucket that it has no rule for", null, policy([baseline]), known("other", null), false],
    [
      "a bucket whose rule has another encryption",
      policy([baseline]),
      policy([{ ...baseline, encryption: { algorithm: "AES256" } }]),
      known("app-1"),
      true,
    ],
    [
      "a bucket whose rule has another mode",
      policy([{ ...baseline, mode: "observe" }]),
      policy([baseline]),
      known("app-1"),
      true,
    ],
    [
      "a bucket that a rule before its own takes over",
      policy([baseline]),
      policy([logs, baseline]),
      known("app-logs"),
      true,
    ],
    [
      "no bucket that only such a rule's neighbours have",
      policy([baseline]),
      policy([logs, baseline]),
      known("app-1"),
      false,
    ],
    [
      "no bucket of a rule that was only renamed or described otherwise",
      policy([baseline]),
      policy([{ ...baseline, id: "apps" }]),
      known("app-1"),
      false,
    ],
    [
      "no bucket whose rule's match changed around it",
      policy([baseline]),
      policy([{ ...baseline, match: { buckets: ["app-*", "new-*"] } }]),
      known("app-1"),
      false,
    ],
    ["a bucket that lost its rule", policy([baseline]), policy([logs]), known("app-1"), true],
    [
      "a bucket whose named key is another one",
      policy([baseline]),
      policy([baseline], { keys: { default: OTHER } }),
      known("app-1"),
      true,
    ],
    ["a bucket that is exempt now", policy([baseline]), policy([baseline], exemption(["app-1"])), known("app-1"), true],
    [
      "no bucket whose exemption lasts longer",
      policy([baseline], exemption(["app-1"])),
      policy([baseline], exemption(["app-1"], "2028-01-01")),
      known("app-1"),
      false,
    ],
    [
      "no bucket whose exemption had ended anyway",
      policy([baseline], exemption(["app-1"], "2026-01-01")),
      policy([baseline]),
      known("app-1"),
      false,
    ],
    [
      "no bucket without a rule, exempt or not",
      policy([baseline]),
      policy([baseline], exemption(["other"])),
      known("other", null),
      false,
    ],
    [
      "no bucket that a new rule and a new exemption only seem to name",
      policy([baseline]),
      policy([{ ...logs, match: { buckets: ["app-*-l"] } }, baseline], exemption(["app-*-l"])),
      known("app-1"),
      false,
    ],
    [
      "any bucket that a tag could give the new rule",
      policy([baseline]),
      policy([secret, baseline]),
      known("app-1"),
      true,
    ],
    [
      "any bucket where another tag decides now",
      policy([secret, baseline]),
      policy([{ ...secret, match: { tags: { data: "top" } } }, baseline]),
      known("app-1"),
      true,
    ],
    [
      "no bucket where the same tag decides as before",
      policy([secret, baseline]),
      policy([secret, baseline, logs]),
      known("app-1"),
      false,
    ],
    [
      "any bucket that a tag could exempt",
      policy([baseline]),
      policy([baseline], {
        exemptions: [{ id: "by-tag", match: { tags: { a: "b" } }, until: "2027-01-01", reason: "r" }],
      }),
      known("app-1"),
      true,
    ],
    [
      "a bucket that waits, where the policy names another key anywhere",
      policy([baseline]),
      policy([baseline], { keys: { default: KEY, other: OTHER } }),
      known("app-1", "baseline", "held"),
      true,
    ],
    [
      "no bucket as declared, where the policy names another key anywhere",
      policy([baseline]),
      policy([baseline], { keys: { default: KEY, other: OTHER } }),
      known("app-1"),
      false,
    ],
    [
      "no bucket without a rule for that",
      policy([baseline]),
      policy([baseline], { keys: { default: KEY, other: OTHER } }),
      known("other", null, "held"),
      false,
    ],
    [
      "a bucket that may be stronger, where the policy names another key anywhere",
      policy([{ ...baseline, stronger: "accept" }]),
      policy([{ ...baseline, stronger: "accept" }], { keys: { default: KEY, other: OTHER } }),
      known("app-1"),
      true,
    ],
    [
      "a bucket whose accepted hazard depends on how its rule names it",
      policy([{ ...baseline, accept: ["infrastructure"] }]),
      policy([{ ...baseline, match: { buckets: ["app-1"] }, accept: ["infrastructure"] }]),
      known("app-1"),
      true,
    ],
    [
      "a bucket that goes over to S3's own key",
      policy([baseline]),
      policy([{ ...baseline, encryption: { ...kms, key: "aws-managed" } }]),
      known("app-1"),
      true,
    ],
  ])("%s", (_what, before, after, state, expected) => {
    expect(concernedBy(before, after, NOW)(state)).toBe(expected);
  });
});

describe("a push tells which buckets become", () => {
  test("enforced, observed, and no longer exempt, in the order of their names", () => {
    const before = policy(
      [
        { ...baseline, mode: "observe" },
        { ...logs, mode: "enforce" },
      ],
      exemption(["app-3"]),
    );
    const after = policy([baseline, logs]);
    const states = [known("x-logs", "logs"), known("app-3"), known("app-2"), known("app-1"), known("other", null)];
    expect(pushEffects(before, after, states, NOW)).toEqual({
      concerned: ["app-1", "app-2", "app-3", "x-logs"],
      enforced: ["app-1", "app-2", "app-3"],
      observed: ["x-logs"],
      unexempted: ["app-3"],
    });
  });

  test("all of those that the first policy has a rule for", () => {
    expect(pushEffects(null, policy([baseline, logs]), [known("app-1", null), known("x-logs", null)], NOW)).toEqual({
      concerned: ["app-1", "x-logs"],
      enforced: ["app-1"],
      observed: ["x-logs"],
      unexempted: [],
    });
  });

  test("none by a rule that only a tag could give them, unless it was theirs", () => {
    const after = policy([{ ...secret, mode: "observe" }]);
    const states = [known("tagged", "secret"), known("plain", null)];
    expect(pushEffects(policy([secret]), after, states, NOW)).toMatchObject({
      concerned: ["plain", "tagged"],
      observed: ["tagged"],
    });
  });
});
