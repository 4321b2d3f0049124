import { describe, expect, test } from "vitest";
import type { BucketEncryption } from "#core/encryption";
import { isAlgorithm, isServiceManaged, sameEncryption, strengthOf, usesKey } from "#core/encryption";
import { keyArn } from "../support/core/world.ts";

const kms: BucketEncryption = { algorithm: "aws:kms", key: keyArn(1), bucketKey: true, sseC: "SSE-C" };

test.each<[string, BucketEncryption | null, BucketEncryption | null, boolean]>([
  ["equal ones", kms, { ...kms }, true],
  ["none and none", null, null, true],
  ["one and none", kms, null, false],
  ["none and one", null, kms, false],
  ["another algorithm", kms, { ...kms, algorithm: "AES256" }, false],
  ["another key", kms, { ...kms, key: keyArn(2) }, false],
  ["another bucket key", kms, { ...kms, bucketKey: false }, false],
  ["another state of SSE-C", kms, { ...kms, sseC: "NONE" }, false],
])("configurations: %s", (_, a, b, same) => {
  expect(sameEncryption(a, b)).toBe(same);
});

describe("the strength of an algorithm", () => {
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

test.each<[string | undefined, boolean]>([
  ["aws:fsx", true],
  ["aws:backup", true],
  ["AES256", false],
  ["aws:kms", false],
  [undefined, false],
])("an AWS service manages a configuration of %s: %s", (algorithm, managed) => {
  const stated = algorithm === undefined ? {} : { algorithm };
  expect(isServiceManaged({ ...stated, bucketKey: false, sseC: "not-stated" })).toBe(managed);
});
