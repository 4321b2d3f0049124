import { expect, test } from "vitest";
import type { Fact } from "#core/fact";
import { closedGate, missingCapability } from "#core/guard/gate";
import type { Mode } from "#core/outcome";
import { aPlan } from "../../support/core/loop.ts";
import { denied, known, policyOf, ref } from "../../support/core/world.ts";

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
])("what stops a plan: %s", async (_, mode, observeOnly, paused, reason) => {
  const ports = { paused: async () => paused };
  const closed = await closedGate(ports, { policy, version: 1, observeOnly }, aPlan({ mode }));
  expect(closed).toEqual(reason === null ? null : { outcome: "reported", reason });
});

const object = { bucket: ref, key: "a" };

test.each<[string, Mode, string | null, Fact<string | null>, Fact<string | null>, object | null, string[]]>([
  ["nothing", "enforce", null, known(null), known(null), null, ["paused", "alarm"]],
  [
    "a rule that only observes objects",
    "observe",
    "too old",
    known("paused"),
    known("changed"),
    {
      outcome: "reported",
      reason: { code: "objects-observed", text: "the objects of rule baseline are only observed" },
    },
    [],
  ],
  [
    "the policy before the pause",
    "enforce",
    "too old",
    known("paused"),
    known("changed"),
    { outcome: "reported", reason: { code: "policy-stale", text: "too old" } },
    [],
  ],
  [
    "the pause before an alarm",
    "enforce",
    null,
    known("paused"),
    known("changed"),
    { outcome: "reported", reason: { code: "paused", text: "paused" } },
    ["paused"],
  ],
  [
    "an alarm",
    "enforce",
    null,
    known(null),
    known("<changed>"),
    {
      outcome: "held",
      reason: { code: "integrity-alarm", text: "writes to this bucket are stopped: \\u{3c}changed\\u{3e}" },
    },
    ["paused", "alarm"],
  ],
  [
    "an alarm that cannot be read",
    "enforce",
    null,
    known(null),
    denied,
    {
      outcome: "held",
      reason: {
        code: "pause-unknown",
        text: "whether writes to this bucket are stopped could not be read: AccessDenied",
      },
    },
    ["paused", "alarm"],
  ],
])("what stops the write of an object: %s", async (_, mode, observeOnly, paused, alarm, expected, calls) => {
  const made: string[] = [];
  const ports = {
    paused: async () => {
      made.push("paused");
      return paused;
    },
    alarm: async () => {
      made.push("alarm");
      return alarm;
    },
  };
  expect(await closedGate(ports, { policy, version: 1, observeOnly }, aPlan({ mode }), object)).toEqual(expected);
  expect(made).toEqual(calls);
});

test("an integrity alarm does not stop a write of the bucket's own encryption", async () => {
  const ports = { paused: async () => known(null), alarm: async () => known("changed") };
  expect(await closedGate(ports, { policy, version: 1, observeOnly: null }, aPlan())).toBeNull();
});

test.each<["update" | "copy" | "copyLarge", boolean, boolean, string | undefined]>([
  ["update", true, false, undefined],
  ["update", false, true, "update-unavailable"],
  ["copy", false, true, undefined],
  ["copy", true, false, "copy-not-allowed"],
  ["copyLarge", true, true, "copy-too-large"],
])("what this deployment can write: %s where updates are %s and copies %s", (action, updates, copies, code) => {
  const writer = { update: { isAvailable: updates }, copy: { isAvailable: copies }, copyLarge: { isAvailable: false } };
  expect(missingCapability(writer, { action })?.code).toBe(code);
});
