import { describe, expect, test } from "vitest";
import { compareAlgorithm } from "#core/decide/compare/algorithm";
import type { Algorithm } from "#core/encryption";

describe("the algorithm, observed and declared,", () => {
  const weak = "AES256" as const;
  const strong = "aws:kms" as const;

  test.each<
    [string, Algorithm, Algorithm, "hold" | "accept" | "weaken", boolean, Algorithm, string | null, string | null]
  >([
    ["equal", strong, strong, "hold", false, strong, null, null],
    ["weaker", strong, weak, "hold", true, strong, "differs", "algorithm-differs"],
    ["weaker, under accept", strong, weak, "accept", true, strong, "differs", "algorithm-differs"],
    ["stronger, held", weak, strong, "hold", true, weak, "kept", "stronger"],
    ["stronger, accepted", weak, strong, "accept", true, strong, "accepted", "stronger-accepted"],
    ["stronger, weakened", weak, strong, "weaken", true, weak, "differs", "algorithm-differs"],
    ["under an unnamed key, held", weak, strong, "hold", false, weak, "differs", "algorithm-differs"],
    ["under an unnamed key, accepted", weak, strong, "accept", false, weak, "differs", "algorithm-differs"],
  ])("%s", (_, declared, observed, stronger, isNamed, want, effect, code) => {
    const compared = compareAlgorithm(declared, observed, stronger, isNamed);
    expect(compared.want).toBe(want);
    expect(compared.findings.map((each) => [each.effect, each.reason.code])).toEqual(
      code === null ? [] : [[effect, code]],
    );
  });
});
