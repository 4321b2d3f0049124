import { describe, expect, test } from "vitest";
import { type AlertInput, buildAlert } from "#core/alert/bucket";
import { alertMessage } from "#core/alert/message";
import { alertSchema } from "#core/alert/schema";
import type { Outcome } from "#core/outcome";
import type { ReasonCode } from "#core/reason/reason";
import { severityOf } from "#core/reason/severity-of";
import { input } from "../../support/core/alert-input.ts";
import { keyArn, ref } from "../../support/core/world.ts";

const hostile = 'x\n<b>`&\u202e\ud800"';
const rendered = 'x\\u{a}\\u{3c}b\\u{3e}\\u{60}\\u{26}\\u{202e}\\u{d800}"';

describe("the alert about a bucket", () => {
  test("says who, what, before, after, why and what to do next", () => {
    const alert = buildAlert(input);
    expect(alert).toEqual({
      schema: "bucketseal.alert/1",
      id: "0b8e2f6a",
      time: "2026-11-21T08:15:19.200Z",
      outcome: "changed",
      severity: "medium",
      account: "111122223333",
      region: "eu-west-1",
      bucket: "invoices",
      rule: "baseline",
      mode: "enforce",
      actor: input.trigger?.actor,
      event: { id: "e-1", name: "PutBucketEncryption", time: "2026-11-21T08:15:14Z" },
      before: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
      after: { algorithm: "aws:kms", key: keyArn(1), bucketKey: true, sseC: "SSE-C" },
      reasons: ["algorithm: AES256, declared aws:kms"],
      next: [
        "Nothing to do. If the earlier state was intended, change rule baseline or add an exemption; otherwise Bucketseal will undo it again.",
        "If the caller did not intend this call, find out what else was done with these credentials.",
        'To restore what was there before for a day, run: bucketseal rollback invoices --to 0b8e2f6a --reason "WHY"',
      ],
      latencyMs: 5200,
      policy: null,
      objects: null,
    });
    expect(alertSchema.parse(alert)).toEqual(alert);
  });

  test("has no actor, event or latency without an event", () => {
    expect(buildAlert({ ...input, trigger: null })).toMatchObject({ actor: null, event: null, latencyMs: null });
  });

  test("has no before without a read, and no after without a plan", () => {
    const plan = { ...input.plan, before: null, after: null };
    expect(buildAlert({ ...input, plan })).toMatchObject({ before: null, after: null });
    const bare = buildAlert({ ...input, plan: { ...plan, before: { bucketKey: false, sseC: "not-stated" } } });
    expect(Object.keys(bare.before ?? {})).toEqual(["bucketKey", "sseC"]);
  });

  test("can have its reasons replaced, with those recorded earlier first", () => {
    const reasons = [{ code: "alias-moved", text: "the alias moved" }] as const;
    const alert = buildAlert({ ...input, outcome: "held", reasons, intentReasons: ["earlier"] });
    expect(alert.reasons).toEqual(["earlier", "the alias moved"]);
    expect(alert.severity).toBe("critical");
    expect(alert.next[0]).toContain("accept-key");
  });

  test("renders each reason safely exactly once", () => {
    const reasons = [
      { code: "write-refused", text: "S3 said:\n<b>" },
      { code: "key-differs", text: "key: \\u{3c}b\\u{3e}, declared k" },
    ] as const;
    expect(buildAlert({ ...input, reasons, intentReasons: ["a\u202eb"] }).reasons).toEqual([
      "a\\u{202e}b",
      "S3 said:\\u{a}\\u{3c}b\\u{3e}",
      "key: \\u{3c}b\\u{3e}, declared k",
    ]);
  });

  test("has no negative latency under a slow clock, and none without a valid time", () => {
    const at = (eventTime: string) =>
      buildAlert({ ...input, trigger: { ...(input.trigger as NonNullable<AlertInput["trigger"]>), eventTime } });
    expect(at("2026-11-21T08:15:20Z").latencyMs).toBe(0);
    expect(at("soon").latencyMs).toBeNull();
  });

  test("renders everything that others chose safely, in the document and in the text", () => {
    const alert = buildAlert({
      ...input,
      ref: { ...ref, bucket: hostile },
      plan: { ...input.plan, before: { algorithm: hostile, key: hostile, bucketKey: false, sseC: "NONE" } },
      trigger: {
        eventId: hostile,
        eventName: hostile,
        eventTime: "2026-11-21T08:15:14Z",
        issuer: null,
        requested: null,
        actor: {
          type: hostile,
          arn: hostile,
          accountId: hostile,
          session: hostile,
          sourceIdentity: hostile,
          sourceIp: hostile,
          invokedBy: hostile,
        },
      },
    });
    expect(alert.bucket).toBe(rendered);
    expect(alert.event).toMatchObject({ id: rendered, name: rendered });
    expect(new Set(Object.values(alert.actor ?? {}))).toEqual(new Set([rendered]));
    expect(alert.before).toMatchObject({ algorithm: rendered, key: rendered });
    const { subject, message } = alertMessage(alert);
    const { email, ...documents } = JSON.parse(message);
    expect(`${subject}${Object.values(documents).join("")}`).not.toMatch(/[\n<>`&\u202e]/);
    expect(email).not.toMatch(/[<>`&\u202e]/);
    expect(email.split("\n").some((line: string) => line.startsWith("<b>"))).toBe(false);
  });
});

describe("the severity of an alert", () => {
  test.each([
    ["left alone", "info"],
    ["reported", "medium"],
    ["changed", "medium"],
    ["held", "medium"],
    ["contested", "high"],
    ["unreadable", "medium"],
    ["exempt", "info"],
    ["superseded", "info"],
    ["gone", "info"],
    ["failed", "high"],
  ] as const)("%s is %s by itself", (outcome, severity) => {
    expect(severityOf(outcome, [])).toBe(severity);
    expect(severityOf(outcome, ["algorithm-differs", "stronger", "no-rule"])).toBe(severity);
  });

  test.each<[ReasonCode, string]>([
    ["unreadable", "critical"],
    ["service-managed", "critical"],
    ["managed-elsewhere", "critical"],
    ["key-unread", "critical"],
    ["alias-moved", "critical"],
    ["key-missing", "critical"],
    ["key-disabled", "critical"],
    ["key-unusable", "high"],
    ["key-other-region", "high"],
    ["key-unknown", "critical"],
    ["pause-unknown", "high"],
    ["policy-stale", "high"],
    ["earlier-write-unconfirmed", "high"],
    ["rule-changed-by-tags", "medium"],
  ])("is raised by %s to %s", (code, severity) => {
    expect(severityOf("left alone", ["stronger", code])).toBe(severity);
  });

  test("is never lowered by a reason", () => {
    expect(severityOf("failed", ["rule-changed-by-tags"])).toBe("high");
  });
});

describe("the advice of an alert", () => {
  test.each<[Outcome, ReasonCode, RegExp]>([
    ["held", "stronger", /"stronger: accept" in rule baseline.*"stronger: weaken"/],
    [
      "held",
      "sse-c-not-stated",
      /\(SSE-C\).*"stronger: accept" \(block them\) or "stronger: weaken" \(allow them\) in rule baseline/,
    ],
    ["held", "alias-moved", /bucketseal policy accept-key arn:aws:kms:eu-west-1:111122223333:alias\/s3-default$/],
    [
      "held",
      "key-missing",
      /^Create arn:aws:kms.*alias\/s3-default in account 111122223333, eu-west-1, or correct its name under "keys"/,
    ],
    ["held", "key-disabled", /^Enable arn:aws:kms/],
    ["held", "key-unusable", /^Declare a symmetric encryption key/],
    ["held", "key-other-region", /^Declare a key in the bucket's own Region \(account 111122223333, eu-west-1\)/],
    ["held", "key-unknown", /kms:DescribeKey on arn:aws:kms/],
    ["held", "managed-elsewhere", /service control policy.*out of rule baseline/],
    ["unreadable", "unreadable", /neither judged nor repaired/],
    ["unreadable", "service-managed", /manage invoices; exempt it/],
    ["reported", "observe-mode", /"mode: enforce" in rule baseline.*bucketseal apply invoices --include-observe$/],
    ["reported", "paused", /bucketseal resume$/],
    ["reported", "pause-unknown", /pause switch/],
    ["reported", "policy-stale", /policy table/],
    ["failed", "write-refused", /^Find out why S3 refused the write and fix it, then run: bucketseal apply invoices$/],
    ["left alone", "earlier-write-unconfirmed", /bucketseal explain invoices$/],
    ["left alone", "rule-changed-by-tags", /tag change.*bucketseal explain invoices$/],
  ])("%s for %s", (outcome, code, advice) => {
    expect(buildAlert({ ...input, outcome, reasons: [{ code, text: "x" }] }).next[0]).toMatch(advice);
  });

  test("starts with the most urgent, and is empty for a plain reason", () => {
    const reasons = (["stronger", "algorithm-differs", "alias-moved"] as const).map((code) => ({ code, text: code }));
    const { next } = buildAlert({ ...input, outcome: "held", reasons });
    expect(next.map((advice) => advice.slice(0, 12))).toEqual(["Find out who", "If the stron"]);
  });

  test("includes that of the outcomes contested and failed, and none if there is nothing to do", () => {
    expect(buildAlert({ ...input, outcome: "contested" }).next).toEqual([
      "Find out who or what keeps changing the bucket and stop one of the two, then run: bucketseal resume invoices",
    ]);
    expect(buildAlert({ ...input, outcome: "failed" }).next).toEqual([
      "Once the cause is fixed, run: bucketseal apply invoices",
    ]);
    expect(buildAlert({ ...input, outcome: "gone" }).next).toEqual([]);
  });

  test("is complete without a rule or a key", () => {
    const plan = { ...input.plan, rule: null, declaredKey: null };
    const reasons = (["stronger", "key-missing"] as const).map((code) => ({ code, text: code }));
    const { next } = buildAlert({ ...input, outcome: "held", plan, reasons });
    expect(next[0]).toMatch(/^Create the declared key in/);
    expect(next[1]).toMatch(/"stronger: accept" in the rule /);
  });
});
