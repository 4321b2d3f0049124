import { describe, expect, test } from "vitest";
import { restorable, weakerThan } from "#core/bucket/restorable";
import { aes, foreign, kms, wanted } from "../../support/core/loop.ts";
import { keyArn } from "../../support/core/world.ts";

describe("a recorded configuration is restored", () => {
  test.each([
    ["as it was", kms, wanted],
    ["with what S3 took an empty rule for", { bucketKey: false, sseC: "not-stated" }, aes],
    ["without a key that its algorithm has not", { ...aes, key: keyArn(1), bucketKey: true }, aes],
    ["with SSE-C allowed where it was", { ...aes, sseC: "NONE" }, { ...aes, sseC: "NONE" }],
    [
      "without a bucket key under DSSE",
      { ...kms, algorithm: "aws:kms:dsse" },
      { ...wanted, algorithm: "aws:kms:dsse", bucketKey: false },
    ],
    [
      "under S3's AWS managed key where it named none",
      { ...aes, algorithm: "aws:kms" },
      { ...aes, algorithm: "aws:kms" },
    ],
  ] as const)("%s", (_how, recorded, written) => {
    expect(restorable(recorded)).toEqual({ kind: "restorable", wanted: written });
  });

  test.each([
    ["nothing was read", null, /does not say/],
    ["an AWS service manages it", { ...aes, algorithm: "aws:fsx" }, /aws:fsx/],
    ["its key's name was cut", { ...kms, key: `x… (8000 characters, SHA-256 ${"a".repeat(64)})` }, /was not recorded/],
  ])("but not where %s", (_why, recorded, why) => {
    expect(restorable(recorded)).toEqual({ kind: "lost", why: expect.stringMatching(why) });
  });
});

describe("a configuration is weaker", () => {
  test.each([
    ["by its algorithm", kms, aes, ["algorithm: AES256 is weaker than aws:kms"]],
    [
      "by SSE-C that it allows",
      aes,
      { ...aes, sseC: "NONE" },
      ["SSE-C: uploads under keys of the uploader's own are allowed"],
    ],
    ["perhaps by another key", kms, foreign, [`key: ${keyArn(2)} instead of ${keyArn(1)}`]],
    [
      "perhaps by S3's own key",
      kms,
      { ...aes, algorithm: "aws:kms" },
      [`key: S3's AWS managed key instead of ${keyArn(1)}`],
    ],
    ["not by a key where there was none", aes, wanted, []],
    ["not by what an AWS service managed", { ...aes, algorithm: "aws:fsx" }, aes, []],
    ["not by what an empty rule is", { bucketKey: false, sseC: "SSE-C" }, aes, []],
    ["not if it is the same", kms, wanted, []],
  ] as const)("%s", (_how, before, after, sentences) => {
    expect(weakerThan(before, after as typeof wanted)).toEqual(sentences);
  });
});
