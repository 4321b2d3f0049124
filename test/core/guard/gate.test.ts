import { expect, test } from "vitest";
import type { Fact } from "#core/fact";
import { stoppedBy } from "#core/guard/gate";
import type { Mode } from "#core/outcome";
import { plan } from "../../support/core/loop.ts";
import { denied, known, policyOf } from "../../support/core/world.ts";

const policy = policyOf({ rules: [] });

test.each<[string, Mode, string | null, Fact<string | null>, object | null]>([
  ["nothing", "enforce", null, known(null), null],
  [
    "a rule that only observes",
    "observe",
    null,
    known(null),
    { code: "observe-mode", text: "the rule's mode is observe" },
  ],
  ["a rule that is off", "off", null, known(null), { code: "observe-mode", text: "the rule's mode is off" }],
  [
    "a policy that is too old",
    "enforce",
    "not <read>",
    known(null),
    { code: "policy-stale", text: "not \\u{3c}read\\u{3e}" },
  ],
  ["a pause", "enforce", null, known("paused by <alice>"), { code: "paused", text: "paused by \\u{3c}alice\\u{3e}" }],
  [
    "a switch that cannot be read",
    "enforce",
    null,
    denied,
    { code: "pause-unknown", text: "whether writes are paused could not be read: AccessDenied" },
  ],
  [
    "the rule before the policy before the pause",
    "observe",
    "too old",
    known("paused"),
    { code: "observe-mode", text: "the rule's mode is observe" },
  ],
  ["the policy before the pause", "enforce", "too old", known("paused"), { code: "policy-stale", text: "too old" }],
])("what stops a plan: %s", async (_, mode, observeOnly, paused, expected) => {
  const stopped = await stoppedBy({ paused: async () => paused }, { policy, version: 1, observeOnly }, plan({ mode }));
  expect(stopped).toEqual(expected);
});
