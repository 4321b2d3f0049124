import { expect, test } from "vitest";
import type { BucketEncryption } from "#core/encryption";
import { sameEncryption } from "#core/encryption";
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
