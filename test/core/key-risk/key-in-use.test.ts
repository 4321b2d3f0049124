import { describe, expect, test } from "vitest";
import type { Plan } from "#core/decide/plan";
import type { Fact } from "#core/fact";
import type { KeyFacts } from "#core/key/key";
import { keyInUse } from "#core/key-risk/key-in-use";
import { aPlan } from "../../support/core/loop.ts";
import { ref } from "../../support/core/world.ts";

const ARN = `arn:aws:kms:${ref.region}:${ref.account}:key/11111111-2222-3333-4444-555555555555`;

/** What is said of a plan's key, and which keys were asked for. */
async function said(plan: Partial<Plan>, key: string | undefined, answer: string | null | "denied" = "Enabled") {
  const asked: string[] = [];
  const facts = { arn: ARN, spec: "SYMMETRIC_DEFAULT", usage: "ENCRYPT_DECRYPT", manager: "CUSTOMER" };
  const fact: Fact<KeyFacts | null> =
    answer === "denied"
      ? { known: false, error: { name: "AccessDeniedException", message: "" } }
      : { known: true, value: answer === null ? null : { ...facts, state: answer } };
  const reader = {
    key: async (_: unknown, arn: string) => {
      asked.push(arn);
      return fact;
    },
  };
  const before = {
    algorithm: "aws:kms",
    bucketKey: true,
    sseC: "SSE-C",
    ...(key === undefined ? {} : { key }),
  } as const;
  const compliant = aPlan({ action: "none", verdict: "compliant", after: null, reasons: [], before, ...plan });
  const { plan: found, kind } = await keyInUse(reader, ref, compliant);
  return { kind, reasons: found.reasons, asked };
}

describe("the key of a bucket that is left as it is", () => {
  test.each(["PendingDeletion", "Disabled", "PendingImport", "Unavailable"])(
    "is at risk in state %s",
    async (state) => {
      expect(await said({}, ARN, state)).toEqual({
        kind: "at risk",
        asked: [ARN],
        reasons: [
          { code: "key-at-risk", text: `the key that the bucket uses is at risk: ${ARN} is in state ${state}` },
        ],
      });
    },
  );

  test("is at risk where there is none, is not known where it cannot be read, and else is well", async () => {
    expect((await said({}, ARN, null)).reasons).toMatchObject(
      [{ code: "key-at-risk", text: /does not exist$/ }].map(matched),
    );
    expect((await said({}, ARN, "denied")).reasons).toMatchObject([{ code: "key-state-unknown" }]);
    expect(await said({}, ARN)).toEqual({ kind: "usable", asked: [ARN], reasons: [] });
  });

  test("is looked at where the bucket is exempt or held, too, by its ARN", async () => {
    expect((await said({ verdict: "exempt" }, ARN.split("/")[1], "Disabled")).asked).toEqual([ARN]);
    expect((await said({ action: "hold", verdict: "violation" }, ARN, "Disabled")).kind).toBe("at risk");
  });

  test("is not said twice", async () => {
    const held = { code: "key-disabled", text: `the declared key ${ARN} is in state Disabled` } as const;
    const found = await said({ action: "hold", verdict: "violation", reasons: [held] }, ARN, "Disabled");
    expect(found).toMatchObject({ kind: "at risk", reasons: [held] });
  });

  test.each([
    ["a bucket that is written", { action: "write" }, ARN],
    ["a bucket without a rule", { rule: null }, ARN],
    ["a bucket without a key", {}, undefined],
    ["a bucket that could not be read", { before: null }, ARN],
    ["S3's own key", {}, "alias/aws/s3"],
    ["a spelling that names no key", {}, "not a key"],
  ] as const)("costs no call of %s", async (_, plan, key) => {
    expect(await said(plan, key, "Disabled")).toMatchObject({ kind: null, asked: [] });
  });
});

function matched<T extends { readonly text: RegExp }>(reason: T) {
  return { ...reason, text: expect.stringMatching(reason.text) };
}
