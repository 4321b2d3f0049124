import { expect, test } from "vitest";
import { dangerOf } from "#core/decide/danger";
import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import { aes, foreign, kms, wanted } from "../../support/core/loop.ts";
import { account, keyArn } from "../../support/core/world.ts";

const theirs = { ...kms, key: keyArn(3, { account: "444455556666" }) };

test.each<[string, BucketEncryption | null, WantedEncryption | null, number]>([
  ["what could not be read", null, wanted, 0],
  ["another bucket key", { ...kms, bucketKey: false }, wanted, 0],
  ["another algorithm", aes, wanted, 1],
  ["another key of the same account", foreign, wanted, 1],
  ["a key by its id", { ...kms, key: "11111111-1111-4111-8111-111111111111" }, wanted, 1],
  ["SSE-C allowed", { ...kms, sseC: "NONE" }, wanted, 1],
  ["anything where it is not known what is declared", aes, null, 1],
  ["a key of another account", theirs, wanted, 2],
  ["a key of another account where none is declared", theirs, { ...aes, algorithm: "AES256", sseC: "SSE-C" }, 2],
  ["a key of the declared account", theirs, { ...wanted, key: keyArn(4, { account: "444455556666" }) }, 1],
])("%s is as dangerous as it is", (_, before, after, danger) => {
  expect(dangerOf(before, after, account)).toBe(danger);
});
