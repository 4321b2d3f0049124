import { expect, test } from "vitest";
import type { Breaker } from "#core/ledger/breaker";
import { dueOf } from "#core/ledger/due";
import type { Fold } from "#core/ledger/fold";
import type { BucketState } from "#core/ledger/state";
import { aState, at } from "../../support/core/loop.ts";

const breaker: Breaker = {
  openedAt: at(0),
  until: at(600),
  coolDown: 600,
  trialAt: null,
  theirs: [],
  ours: "role",
  writes: 3,
};
const counted: Fold = {
  actor: null,
  rule: null,
  incident: "a",
  since: at(0),
  last: at(0),
  times: 2,
  told: { severity: "medium", danger: 0, kinds: ["changed"], prints: [], until: at(300) },
  untold: { count: 1, from: at(0), to: at(0), changes: [], last: { before: null, after: null, trigger: null } },
};

test.each<[string, Partial<BucketState>, string | null]>([
  ["never without a reason", {}, null],
  ["when a trial may be made", { outcome: "contested", breaker }, at(600)],
  ["when a trial is over", { outcome: "held", breaker: { ...breaker, trialAt: at(0) } }, at(600)],
  ["when the breaker may close", { outcome: "left alone", breaker }, at(600)],
  ["not for the breaker while something else holds", { outcome: "held", breaker }, null],
  ["when what was counted has to be told", { breaker: null, folded: [counted] }, at(300)],
  ["not for what was told", { folded: [{ ...counted, untold: null }] }, null],
  ["at the earliest of them", { outcome: "contested", breaker, folded: [counted] }, at(300)],
])("a bucket is looked at by itself %s", (_, changes, due) => {
  expect(dueOf(aState(changes))).toBe(due);
});
