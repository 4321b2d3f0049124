import { expect, test } from "vitest";
import { adversaries, delayBy } from "../../support/core/adversary.ts";

/**
 * What is watched must not be able to put off a repair or an alert: a minute beyond the time that
 * CloudTrail takes to deliver a call, or one more look after a new bucket has settled.
 */
test.each(adversaries.map((each) => [each.name, each] as const))(
  "%s: told or repaired within a minute",
  async (_, each) => {
    expect(await delayBy(each)).toBeLessThanOrEqual(Math.max(60, (each.settle ?? 0) + 15) + 8);
  },
);
