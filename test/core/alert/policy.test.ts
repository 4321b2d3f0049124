import { describe, expect, test } from "vitest";
import { alertMessage } from "#core/alert/message";
import { buildPolicyAlert } from "#core/alert/policy";
import type { Alert } from "#core/alert/schema";
import { alertSchema } from "#core/alert/schema";
import { input } from "../../support/core/alert-input.ts";

describe("the alert about the policy", () => {
  const base = { id: "p-1", now: input.now, account: "111122223333", region: "eu-west-1" };
  const moved = {
    kind: "moved",
    from: 3,
    to: 4,
    by: "arn:aws:iam::111122223333:user/bob",
    weaker: [],
    stronger: [],
  } as const;

  test.each<[string, Parameters<typeof buildPolicyAlert>[0]["change"], Partial<Alert>]>([
    [
      "moved, nothing weaker",
      { ...moved, stronger: ["rule a: now blocks SSE-C"] },
      {
        outcome: "changed",
        severity: "info",
        next: ["If this was intended, nothing; otherwise run: bucketseal policy rollback 3"],
        policy: { ...moved, weaker: [], stronger: ["rule a: now blocks SSE-C"] },
      },
    ],
    [
      "moved, something weaker",
      { ...moved, weaker: ["rule <a>"] },
      { outcome: "changed", severity: "high", policy: { ...moved, weaker: ["rule \\u{3c}a\\u{3e}"], stronger: [] } },
    ],
    [
      "the first one",
      { ...moved, from: null, by: null },
      {
        severity: "info",
        next: ["If this was intended, nothing; otherwise push another one"],
        policy: { ...moved, from: null, by: null, weaker: [], stronger: [] },
      },
    ],
    [
      "refused",
      { kind: "refused", version: 4, why: "its hash\nis wrong" },
      {
        outcome: "failed",
        severity: "critical",
        next: ["Find out who wrote to the policy table, then push the policy again: bucketseal push FILE"],
        policy: { kind: "refused", version: 4, why: "its hash\\u{a}is wrong" },
      },
    ],
  ])("%s", (_, change, expected) => {
    const alert = buildPolicyAlert({ ...base, change });
    expect(alert).toMatchObject({
      ...expected,
      id: "p-1",
      bucket: null,
      rule: null,
      mode: null,
      time: "2026-11-21T08:15:19.200Z",
    });
    expect(alertSchema.parse(alert)).toEqual(alert);
    const what = change.kind === "refused" ? "policy version refused" : "policy changed";
    expect(alertMessage(alert).subject).toBe(`[${alert.severity}] Bucketseal: ${what} in 111122223333 eu-west-1`);
    expect(alert).toMatchObject({ actor: null, event: null, before: null, after: null, reasons: [], latencyMs: null });
  });

  test("lists fifty changes at most, and says how many more there are", () => {
    const weaker = Array.from({ length: 52 }, (_, at) => `rule ${at}`);
    const policy = (of: readonly string[]) =>
      buildPolicyAlert({ ...base, change: { ...moved, weaker: of } }).policy as Extract<
        Alert["policy"],
        { kind: "moved" }
      >;
    expect(policy(weaker).weaker).toHaveLength(51);
    expect(policy(weaker).weaker.at(-1)).toBe("and 2 more");
    expect(policy(weaker.slice(0, 50)).weaker).toHaveLength(50);
    expect(policy(["x".repeat(600)]).weaker[0]).toHaveLength(250);
  });

  test("fits into SNS's 256 KB however much changed, in any script", () => {
    const texts = Array.from({ length: 500 }, () => "鍵".repeat(600));
    const change = { ...moved, weaker: texts, stronger: texts };
    const { message } = alertMessage(buildPolicyAlert({ ...base, change }));
    expect(Buffer.byteLength(message)).toBeLessThan(256 * 1024);
  });

  test("cuts long texts, and shows that", () => {
    const { policy } = buildPolicyAlert({ ...base, change: { kind: "refused", version: null, why: "x".repeat(2000) } });
    expect(policy).toMatchObject({ version: null });
    expect((policy as { why: string }).why).toHaveLength(1000);
  });
});
