import { describe, expect, test } from "vitest";
import type { Plan } from "#core/decide/plan";
import { guardedPlan } from "#core/guard/guarded-plan";
import { notesOf } from "#core/guard/notes";
import { calm } from "../../support/core/calm.ts";
import { aes, aPlan, kms, wanted } from "../../support/core/loop.ts";
import { keyArn, keyFacts, known, ref } from "../../support/core/world.ts";

const codes = (plan: Partial<Plan>, bucket = "invoices") => notesOf(aPlan(plan), { bucket }).map(({ code }) => code);
const off = { ...wanted, bucketKey: false };
const dsse = { ...off, algorithm: "aws:kms:dsse" } as const;

describe("a note is made of a write", () => {
  test.each<[string, Partial<Plan>, string[]]>([
    ["with a bucket key", {}, []],
    ["without a bucket key", { after: off }, ["kms-requests"]],
    ["of two layers, which have none", { after: dsse }, ["kms-requests"]],
    ["that switches the bucket key off", { before: kms, after: off }, ["kms-requests"]],
    [
      "not where it was off before",
      { before: { ...kms, bucketKey: false }, after: { ...off, sseC: "NONE" } },
      ["weakens"],
    ],
    [
      "of a weaker algorithm",
      { before: kms, after: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" } },
      ["weakens"],
    ],
    ["that allows SSE-C again", { before: kms, after: { ...wanted, sseC: "NONE" } }, ["weakens"]],
    ["of a bucket without a default", { before: { bucketKey: false, sseC: "SSE-C" } }, []],
    ["of an algorithm that is not known", { before: { ...aes, algorithm: "aws:fsx" } }, []],
    ["of a bucket that could not be read", { before: null }, []],
    ["that writes nothing", { after: null }, []],
    ["that is held", { action: "hold", after: off }, []],
  ])("%s: %j", (_, plan, expected) => {
    expect(codes(plan)).toEqual(expected);
  });

  test.each(["acme-tfstate", "terraform-state-prod", "acme-tf-state-1", "terraformstate"])(
    "of Terraform's state in %s, if it comes under another key",
    (bucket) => {
      expect(codes({}, bucket)).toEqual(["terraform-state"]);
      expect(codes({ before: kms, after: { ...wanted, sseC: "NONE" } }, bucket)).toEqual(["weakens"]);
      expect(codes({ before: kms, after: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" } }, bucket)).toEqual([
        "weakens",
      ]);
    },
  );
});

test("notes are reasons of the plan that is carried out, and hold nothing", async () => {
  const reader = { ...calm, key: async () => known(keyFacts(keyArn(1))) };
  const plan = await guardedPlan(reader, { ref, policyKeys: {} }, aPlan({ after: off }));
  expect(plan.action).toBe("write");
  expect(plan.reasons.map(({ code }) => code)).toEqual(["algorithm-differs", "kms-requests"]);
});
