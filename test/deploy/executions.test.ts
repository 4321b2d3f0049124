import { expect, test } from "vitest";
import { tooFewExecutions } from "../../scripts/deploy/executions.ts";

/** Two functions' events, the lane, two sweep functions and the policy function. */
const standard = { concurrency: 10, laneConcurrency: 2 };

test.each([
  [undefined, standard],
  [25, standard],
  [9, { concurrency: 2, laneConcurrency: 2 }],
])("a quota of %s suffices for %o", (free, options) => {
  expect(tooFewExecutions(free, options)).toBeNull();
});

test.each([
  [24, standard, /^this account has 24 .* and 25 are wanted: set BUCKETSEAL_CONCURRENCY=4, or have the quota raised$/],
  [10, standard, / and 25 are wanted: have the quota raised$/],
  [25, { ...standard, laneConcurrency: 3 }, / and 26 are wanted: set BUCKETSEAL_CONCURRENCY=4/],
])("a quota of %s does not suffice for %o", (free, options, sentence) => {
  expect(tooFewExecutions(free, options)).toMatch(sentence);
});
