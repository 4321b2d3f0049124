import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildAlert } from "#core/alert/bucket";
import { alertMessage } from "#core/alert/message";
import { type Alert, alertSchema } from "#core/alert/schema";
import { outcomes } from "#core/outcome";
import { input } from "../../support/core/alert-input.ts";
import { ref } from "../../support/core/world.ts";
import { runs } from "../../support/soak.ts";

describe("the message for SNS", () => {
  const alert = buildAlert(input);

  test("is readable text for email and the document for everything else", () => {
    const { subject, message } = alertMessage(alert);
    const byProtocol = JSON.parse(message);
    expect(subject).toBe("[medium] Bucketseal: invoices changed to match policy in 111122223333 eu-west-1");
    expect(Object.keys(byProtocol)).toEqual(["default", "email"]);
    expect(JSON.parse(byProtocol.default)).toEqual(alert);
    expect(byProtocol.email).toMatch(/^The bucket invoices was changed back to aws:kms\.\n/);
  });

  test.each([
    ["observe", "differs from policy, not changed (observe)"],
    ["enforce", "differs from policy, not changed"],
  ] as const)("says in its subject that a bucket under %s differs and was not changed", (mode, what) => {
    expect(alertMessage({ ...alert, outcome: "reported", mode }).subject).toBe(
      `[medium] Bucketseal: invoices ${what} in 111122223333 eu-west-1`,
    );
  });

  test("has attributes to filter by, and none that is empty", () => {
    expect(alertMessage(alert).attributes).toEqual({
      account: "111122223333",
      region: "eu-west-1",
      bucket: "invoices",
      outcome: "changed",
      severity: "medium",
      rule: "baseline",
    });
    expect(Object.keys(alertMessage({ ...alert, rule: null, bucket: null, account: "" }).attributes)).toEqual([
      "region",
      "outcome",
      "severity",
    ]);
  });

  test("has no character above U+FFFF in an attribute", () => {
    expect(alertMessage({ ...alert, bucket: "a😀b𝒳" }).attributes.bucket).toBe("a\ufffdb\ufffd");
  });

  test("has a subject that SNS accepts, whatever the bucket's name", () => {
    const name = fc.oneof(
      fc.string({ unit: "binary", maxLength: 120 }),
      fc.string({ unit: fc.constantFrom("😀", "\n", "\ud83d", "a") }),
    );
    fc.assert(
      fc.property(name, fc.constantFrom(...outcomes), (bucket, outcome) => {
        const { subject, attributes } = alertMessage(buildAlert({ ...input, outcome, ref: { ...ref, bucket } }));
        expect(subject.length).toBeGreaterThan(0);
        expect(subject.length).toBeLessThanOrEqual(100);
        expect(subject).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(subject.isWellFormed()).toBe(true);
        expect(subject).toMatch(/^\[[a-z]+\] Bucketseal: /);
        for (const value of Object.values(attributes)) expect(value).toMatch(/^[\u0020-\ud7ff\ue000-\uffff]+$/);
      }),
      { numRuns: runs(1000) },
    );
  });

  test("fits into what SNS takes, whatever an earlier version left in the ledger", () => {
    for (const [character, count] of [
      ['"', 60_000],
      ["発", 120_000],
      ["x", 200_000],
    ] as const) {
      const text = character.repeat(count);
      const old: Alert = {
        ...alert,
        before: { algorithm: "aws:kms", key: text, bucketKey: false, sseC: "NONE" },
        reasons: Array.from({ length: 70 }, () => text.slice(0, 9_000)),
        next: Array.from({ length: 70 }, () => text.slice(0, 9_000)),
      };
      const { message } = alertMessage(old);
      expect(Buffer.byteLength(message)).toBeLessThan(256 * 1024);
      const shown = alertSchema.parse(JSON.parse(JSON.parse(message).default));
      expect(shown).toMatchObject({ id: alert.id, bucket: alert.bucket, actor: alert.actor, before: { sseC: "NONE" } });
      expect(shown.before?.key).toMatch(/^(.)\1+…$/u);
    }
  });

  test("is cut no further than needed", () => {
    const reasons = (count: number) =>
      alertMessage({ ...alert, reasons: Array.from({ length: count }, () => "x".repeat(900)) });
    const shown = (count: number): Alert => JSON.parse(JSON.parse(reasons(count).message).default);
    expect(shown(100).reasons.map((text) => text.length)).toEqual(Array.from({ length: 100 }, () => 900));
    expect(shown(300).reasons.map((text) => text.length)).toEqual(Array.from({ length: 60 }, () => 500));
    expect(shown(300).id).toBe(alert.id);
  });

  test("keeps the whole of the longest name in the subject", () => {
    const { subject } = alertMessage(
      buildAlert({ ...input, outcome: "left alone", ref: { ...ref, bucket: "b".repeat(63) } }),
    );
    expect(subject).toContain(`${"b".repeat(63)} needs no ch`);
    expect(subject).toHaveLength(100);
  });
});
