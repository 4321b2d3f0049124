import { describe, expect, test } from "vitest";
import { compareBucketKey } from "#core/decide/compare/bucket-key";
import type { Algorithm } from "#core/encryption";

describe("the bucket key,", () => {
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
