import { describe, expect, test } from "vitest";
import { judgeBy, verify } from "#core/bucket/verify";
import type { Facts } from "#core/decide/facts";
import type { BucketEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import { aes, foreign, kms, NOW, wanted } from "../../support/core/loop.ts";
import { denied, keyArn, keyFacts, known, policyOf, ref } from "../../support/core/world.ts";

const policy = policyOf({
  keys: { default: keyArn(1) },
  rules: [
    { id: "tagged", match: { tags: { team: "a" } }, mode: "off" },
    { id: "baseline", encryption: { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: true } },
  ].map((rule) => ({ encryption: { algorithm: "AES256" }, trustTags: true, ...rule })),
});

/**
 * Verifies a write over `aes` in a world that shows these configurations in turn, then the last one
 * for ever.
 */
async function verified(...shown: readonly (BucketEncryption | null | Fact<never>)[]) {
  const slept: number[] = [];
  const asked: string[] = [];
  let reads = 0;
  const reader = {
    encryption: async () => {
      const next = shown[Math.min(reads++, shown.length - 1)] ?? null;
      return next !== null && "known" in next ? next : known(next);
    },
    tags: async () => {
      asked.push("tags");
      return known({ team: "a" });
    },
    ous: async () => known([]),
    accountTags: async () => known({}),
    key: async (_: unknown, arn: string) => {
      asked.push(arn);
      return known(keyFacts(arn));
    },
    pin: async () => known(null),
  };
  const facts: Facts = { now: NOW, ref, encryption: known(aes), tags: known({}), keys: new Map(), pins: new Map() };
  const ports = { reader, now: () => NOW, sleep: async (milliseconds: number) => void slept.push(milliseconds) };
  const seen = await verify(ports, judgeBy(ports, ref, policy, facts), aes, wanted);
  return { kind: seen.kind, slept, reads, asked, seen };
}

describe("a write, when verified, is", () => {
  test("confirmed at once", async () => {
    const { seen, slept, reads } = await verified(kms);
    expect(seen).toMatchObject({ kind: "as declared", plan: { verdict: "compliant", before: kms } });
    expect([slept, reads]).toEqual([[], 1]);
  });

  test("confirmed after a while, by reads that grow less frequent", async () => {
    expect(await verified(aes, aes, aes, kms)).toMatchObject({ kind: "as declared", slept: [100, 300, 900] });
    expect(await verified(aes, aes, aes, aes, kms)).toMatchObject({
      kind: "as declared",
      slept: [100, 300, 900, 2700],
    });
  });

  test("unconfirmed if it does not show in time", async () => {
    expect(await verified(aes)).toMatchObject({ kind: "not seen", reads: 5, slept: [100, 300, 900, 2700] });
  });

  test("superseded by somebody else's write", async () => {
    expect(await verified(aes, foreign)).toMatchObject({ kind: "superseded", reads: 2 });
  });

  test("unconfirmed if the bucket cannot be read", async () => {
    expect((await verified(denied)).seen).toMatchObject({ kind: "unreadable", plan: { verdict: "unknown" } });
  });

  test("void if the bucket is gone, which is not as declared", async () => {
    expect((await verified(null)).seen).toMatchObject({ kind: "gone", plan: { verdict: "gone" } });
  });

  test("judged by the tags that it was decided by", async () => {
    expect((await verified(aes, kms)).asked).toEqual([]);
  });
});
