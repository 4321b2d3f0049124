import { describe, expect, test } from "vitest";
import type { Fact } from "#core/fact";
import { guard } from "#core/guard/guard";
import { guardedPlan } from "#core/guard/guarded-plan";
import { sseCWriters } from "#core/guard/hazards/sse-c-writers";
import { calm } from "../../support/core/calm.ts";
import { aPlan, kms, wanted } from "../../support/core/loop.ts";
import { denied, keyArn, keyFacts, known, ref } from "../../support/core/world.ts";

const at = "2026-11-21T08:15:14.000Z";

async function guarded(seen: Fact<string | null>, plan = aPlan({ before: { ...kms, sseC: "NONE" } })) {
  let reads = 0;
  const reader = {
    key: async () => denied,
    sseCWrites: async () => {
      reads++;
      return seen;
    },
  };
  const { kind, reasons } = await guard(reader, { ref, policyKeys: {} }, plan, [sseCWriters]);
  return { kind, texts: reasons.map(({ text }) => text), reads };
}

describe("a bucket that comes to block SSE-C", () => {
  test("is held where somebody was seen to write so lately, with the time", async () => {
    const text = `SSE-C writers: an object was written with SSE-C at ${at}, which the block would refuse`;
    expect(await guarded(known(at))).toEqual({ kind: "hazard", texts: [text], reads: 1 });
  });

  test("is not held where nobody was seen, and held where that cannot be read", async () => {
    expect(await guarded(known(null))).toEqual({ kind: "clear", texts: [], reads: 1 });
    expect(await guarded(denied)).toMatchObject({ kind: "unknown", reads: 1 });
  });
});

test("nothing is read where SSE-C is blocked already, or stays allowed", async () => {
  const blocked = aPlan({ before: { ...kms, sseC: "SSE-C" } });
  const allowed = aPlan({ before: { ...kms, sseC: "NONE" }, after: { ...wanted, sseC: "NONE" } });
  for (const plan of [blocked, allowed])
    expect(await guarded(known(at), plan)).toMatchObject({ kind: "clear", reads: 0 });
});

describe("a bucket's plan that would block SSE-C, where somebody writes so,", () => {
  const seen = { key: async () => known(keyFacts(keyArn(1))), ...calm, sseCWrites: async () => known(at) };
  const plan = (over: object) => guardedPlan(seen, { ref, policyKeys: {} }, aPlan(over));
  const blocks = { ...wanted, sseC: "SSE-C" } as const;

  test("is held if it does nothing else", async () => {
    const before = { ...blocks, sseC: "NONE" } as const;
    expect(await plan({ before, after: blocks, differs: ["SSE-C"] })).toMatchObject({
      action: "hold",
      reasons: [{}, { code: "sse-c-writers" }],
    });
  });

  test("repairs the rest: whoever writes so must not keep a bucket as it is", async () => {
    const before = { algorithm: "AES256", bucketKey: false, sseC: "NONE" } as const;
    expect(await plan({ before, after: blocks, differs: ["algorithm", "SSE-C"] })).toMatchObject({
      action: "write",
      after: { ...wanted, sseC: "NONE" },
      differs: ["algorithm"],
      reasons: [{}, { code: "sse-c-writers" }],
    });
  });

  test("is held as a whole where S3 does not state whether SSE-C is allowed: any write would block it", async () => {
    const before = { algorithm: "AES256", bucketKey: false, sseC: "not-stated" } as const;
    expect(await plan({ before, after: blocks, differs: ["algorithm"] })).toMatchObject({ action: "hold" });
  });

  test("is written where the rule accepts that they are refused, and says so", async () => {
    const before = { ...blocks, sseC: "NONE" } as const;
    const accept = [{ name: "sse-c-writers", reason: "SEC-11" }];
    expect(await plan({ before, after: blocks, differs: ["SSE-C"], accept })).toMatchObject({
      action: "write",
      after: blocks,
      reasons: [{}, { code: "hazard-accepted" }],
    });
  });
});
