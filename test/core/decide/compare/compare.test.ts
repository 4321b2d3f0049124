import { describe, expect, test } from "vitest";
import { compareAlgorithm } from "#core/decide/compare/algorithm";
import { compareBucketKey } from "#core/decide/compare/bucket-key";
import { compareKey, matchKey } from "#core/decide/compare/key";
import { compareSseC } from "#core/decide/compare/sse-c";
import type { Algorithm, SseCState } from "#core/encryption";
import { isAlgorithm, strengthOf, usesKey } from "#core/encryption";
import { lookUp } from "#core/key/lookup";
import { aliasArn, keyArn, keyFacts, keyId, known, ref } from "../../../support/core/world.ts";

describe("strength", () => {
  test("AES256 < aws:kms < aws:kms:dsse", () => {
    expect(strengthOf("AES256")).toBe(0);
    expect(strengthOf("aws:kms")).toBe(1);
    expect(strengthOf("aws:kms:dsse")).toBe(2);
  });

  test.each(["aws:fsx", "aws:backup", "", "aes256"])("%j is no algorithm that a policy can declare", (name) => {
    expect(isAlgorithm(name)).toBe(false);
    expect(isAlgorithm("AES256")).toBe(true);
  });

  test("only the KMS algorithms use a key", () => {
    expect([usesKey("AES256"), usesKey("aws:kms"), usesKey("aws:kms:dsse")]).toEqual([false, true, true]);
  });
});

describe("algorithm", () => {
  const weak = "AES256" as const;
  const strong = "aws:kms" as const;

  test.each<
    [string, Algorithm, Algorithm, "hold" | "accept" | "weaken", boolean, Algorithm, string | null, string | null]
  >([
    ["equal", strong, strong, "hold", false, strong, null, null],
    ["weaker", strong, weak, "hold", true, strong, "differs", "algorithm-differs"],
    ["weaker, under accept", strong, weak, "accept", true, strong, "differs", "algorithm-differs"],
    ["stronger, held", weak, strong, "hold", true, weak, "held", "stronger"],
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

describe("SSE-C", () => {
  test.each<
    [boolean | undefined, SseCState, "hold" | "accept" | "weaken", boolean, string, string | null, string | null]
  >([
    [undefined, "SSE-C", "hold", true, "SSE-C", null, null],
    [undefined, "NONE", "hold", true, "NONE", null, null],
    [undefined, "not-stated", "hold", true, "SSE-C", null, null],
    [true, "SSE-C", "hold", true, "SSE-C", null, null],
    [true, "NONE", "hold", false, "SSE-C", "differs", "SSE-C: allowed, declared blocked"],
    [true, "not-stated", "hold", false, "SSE-C", "differs", "SSE-C: not stated, declared blocked"],
    [true, "NONE", "weaken", false, "SSE-C", "differs", "SSE-C: allowed, declared blocked"],
    [false, "NONE", "hold", true, "NONE", null, null],
    [false, "SSE-C", "hold", false, "NONE", "held", "SSE-C: blocked is stronger than the declared allowed"],
    [
      false,
      "SSE-C",
      "accept",
      false,
      "SSE-C",
      "accepted",
      "SSE-C: blocked is stronger than the declared allowed, which the rule accepts",
    ],
    [false, "SSE-C", "weaken", false, "NONE", "differs", "SSE-C: blocked, declared allowed"],
    [false, "not-stated", "hold", false, "NONE", null, null],
    [false, "not-stated", "accept", false, "SSE-C", null, null],
    [false, "not-stated", "accept", true, "SSE-C", null, null],
    [false, "not-stated", "weaken", true, "NONE", null, null],
    [false, "not-stated", "weaken", false, "NONE", null, null],
    [
      false,
      "not-stated",
      "hold",
      true,
      "NONE",
      "held",
      "SSE-C: not stated, and a write would have to say whether it is blocked",
    ],
  ])("blockSseC %s, observed %s, %s, written %s", (declared, observed, stronger, isWritten, want, effect, text) => {
    const compared = compareSseC(declared, observed, stronger, isWritten);
    expect(compared.want).toBe(want);
    expect(compared.findings.map((each) => [each.effect, each.reason.text])).toEqual(
      text === null ? [] : [[effect, text]],
    );
  });

  test("each finding has its own code", () => {
    const code = (...given: Parameters<typeof compareSseC>) => compareSseC(...given).findings[0]?.reason.code;
    expect(code(true, "NONE", "hold", false)).toBe("sse-c-differs");
    expect(code(false, "SSE-C", "hold", false)).toBe("stronger");
    expect(code(false, "SSE-C", "accept", false)).toBe("stronger-accepted");
    expect(code(false, "SSE-C", "weaken", false)).toBe("sse-c-differs");
    expect(code(false, "not-stated", "hold", true)).toBe("sse-c-not-stated");
  });
});

describe("bucket key", () => {
  test.each<[string, boolean | undefined, boolean, Algorithm, Algorithm, boolean, boolean]>([
    ["declared and equal", true, true, "aws:kms", "aws:kms", true, false],
    ["declared on, observed off", true, false, "aws:kms", "aws:kms", true, true],
    ["declared off, observed on", false, true, "aws:kms", "aws:kms", false, true],
    ["declared, and the algorithm changes as well", true, false, "AES256", "aws:kms", true, false],
    ["declared, and DSSE stays", true, false, "aws:kms:dsse", "aws:kms:dsse", false, false],
    ["DSSE with a bucket key, of which S3 knows none", undefined, true, "aws:kms:dsse", "aws:kms:dsse", false, false],
    ["to DSSE", undefined, true, "aws:kms", "aws:kms:dsse", false, false],
    ["undeclared, on", undefined, true, "aws:kms", "aws:kms", true, false],
    ["undeclared, off", undefined, false, "aws:kms", "aws:kms", false, false],
    ["undeclared, on under AES256 all along", undefined, true, "AES256", "AES256", true, false],
    ["undeclared, on, from KMS to AES256", undefined, true, "aws:kms", "AES256", false, false],
    ["undeclared, on, from AES256 to KMS", undefined, true, "AES256", "aws:kms", true, false],
    ["undeclared, off, from AES256 to KMS", undefined, false, "AES256", "aws:kms", false, false],
  ])("%s", (_, declared, observed, from, to, want, differs) => {
    const compared = compareBucketKey(declared, observed, from, to);
    expect(compared.want).toBe(want);
    expect(compared.findings.map((each) => [each.effect, each.reason.code])).toEqual(
      differs ? [["differs", "bucket-key-differs"]] : [],
    );
  });
});

describe("key", () => {
  const alias = aliasArn("a");
  const look = lookUp({ keys: new Map([[alias, known(keyFacts(keyArn(1)))]]), pins: new Map() });
  const declared = { spelled: keyArn(1), arn: keyArn(1), keyForm: "absolute" } as const;

  test("an alias that resolves to the declared key ARN is the same", () => {
    expect(matchKey(alias, declared, ref, look)).toEqual({ kind: "same" });
    expect(matchKey(alias, { ...declared, spelled: keyArn(2), arn: keyArn(2) }, ref, look)).toEqual({
      kind: "differs",
    });
  });

  test("the policy's own spelling is the same without a look, be it a foreign alias or while the declared key is pending", () => {
    const asking = lookUp({ keys: new Map(), pins: new Map() });
    const theirs = aliasArn("a", { account: "999999999999" });
    expect(matchKey(theirs, { ...declared, spelled: theirs }, ref, asking)).toEqual({ kind: "same" });
    expect(matchKey(alias, { ...declared, spelled: alias, arn: null }, ref, asking)).toEqual({ kind: "same" });
    expect(matchKey(keyArn(1), { ...declared, spelled: alias }, ref, asking)).toEqual({ kind: "same" });
    expect(asking.needs()).toEqual([]);
  });

  test.each(["differs", "relative"] as const)("%s is to be written", (match) => {
    const compared = compareKey("alias/a", keyArn(1), match);
    expect(compared.want).toBe(keyArn(1));
    expect(compared.findings.map((each) => [each.effect, each.reason.code])).toEqual([["differs", `key-${match}`]]);
  });

  test("while a look is pending, so is the answer, and what was wanted is remembered", () => {
    const asking = lookUp({ keys: new Map(), pins: new Map() });
    expect(matchKey(aliasArn("b"), { ...declared, arn: null }, ref, asking)).toEqual({ kind: "pending" });
    expect(asking.needs()).toEqual([{ fact: "key", arn: aliasArn("b") }]);
  });

  test("an empty key is no key", () => {
    expect(matchKey("", declared, ref, look)).toEqual({ kind: "relative" });
    expect(compareKey("", keyArn(1), "relative").findings[0]?.reason.text).toMatch(/^key: none, declared/);
  });

  test("the same key needs nothing, and is written as its ARN all the same", () => {
    expect(compareKey(keyId(1), keyArn(1), "same")).toEqual({ want: keyArn(1), findings: [] });
  });
});
