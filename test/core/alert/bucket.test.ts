import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AlertInput, buildAlert } from "#core/alert/bucket";
import { alertMessage } from "#core/alert/message";
import { buildPolicyAlert } from "#core/alert/policy";
import type { Alert } from "#core/alert/schema";
import { alertSchema } from "#core/alert/schema";
import type { Outcome } from "#core/outcome";
import type { ReasonCode } from "#core/reason/reason";
import { severityOf } from "#core/reason/severity";
import { alertJsonSchema, alertSchemaFile } from "../../../scripts/alert-schema.ts";
import { runs } from "../../support/core/runs.ts";
import { aliasArn, keyArn, ref } from "../../support/core/world.ts";

const outcomes: readonly Outcome[] = [
  "left alone",
  "reported",
  "changed",
  "held",
  "contested",
  "unreadable",
  "exempt",
  "superseded",
  "gone",
  "failed",
];

const input: AlertInput = {
  id: "0b8e2f6a",
  now: Date.parse("2026-11-21T08:15:19.200Z"),
  outcome: "changed",
  ref,
  plan: {
    rule: "baseline",
    mode: "enforce",
    before: { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" },
    after: { algorithm: "aws:kms", key: keyArn(1), bucketKey: true, sseC: "SSE-C" },
    declaredKey: aliasArn("s3-default"),
    reasons: [{ code: "algorithm-differs", text: "algorithm: AES256, declared aws:kms" }],
  },
  trigger: {
    eventId: "e-1",
    eventName: "PutBucketEncryption",
    eventTime: "2026-11-21T08:15:14Z",
    issuer: null,
    requested: null,
    actor: {
      type: "IAMUser",
      arn: "arn:aws:iam::111122223333:user/alice",
      accountId: "111122223333",
      session: null,
      sourceIdentity: null,
      sourceIp: "198.51.100.7",
      invokedBy: null,
    },
  },
};

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
        "Nothing has to be done. If the earlier state was meant, change rule baseline or add an exemption; otherwise Bucketseal will undo it again.",
        "If the caller did not mean to make this call, find out what else was done with these credentials.",
      ],
      latencyMs: 5200,
      policy: null,
      objects: null,
    });
    expect(alertSchema.parse(alert)).toEqual(alert);
  });

  test("without an event there is no actor, no event and no latency", () => {
    expect(buildAlert({ ...input, trigger: null })).toMatchObject({ actor: null, event: null, latencyMs: null });
  });

  test("without a look there is no before, and without a plan no after", () => {
    const plan = { ...input.plan, before: null, after: null };
    expect(buildAlert({ ...input, plan })).toMatchObject({ before: null, after: null });
    const bare = buildAlert({ ...input, plan: { ...plan, before: { bucketKey: false, sseC: "not-stated" } } });
    expect(Object.keys(bare.before ?? {})).toEqual(["bucketKey", "sseC"]);
  });

  test("reasons can be replaced, and those recorded earlier come first", () => {
    const reasons = [{ code: "alias-moved", text: "the alias moved" }] as const;
    const alert = buildAlert({ ...input, outcome: "held", reasons, intentReasons: ["earlier"] });
    expect(alert.reasons).toEqual(["earlier", "the alias moved"]);
    expect(alert.severity).toBe("critical");
    expect(alert.next[0]).toContain("accept-key");
  });

  test("a reason that was not rendered safely is, and one that was stays as it is", () => {
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

  test("a clock behind CloudTrail's makes no negative latency, and a time that is none makes none", () => {
    const at = (eventTime: string) =>
      buildAlert({ ...input, trigger: { ...(input.trigger as NonNullable<AlertInput["trigger"]>), eventTime } });
    expect(at("2026-11-21T08:15:20Z").latencyMs).toBe(0);
    expect(at("soon").latencyMs).toBeNull();
  });

  test("whatever somebody else chose is rendered safely, in the document as in the text", () => {
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

describe("severity", () => {
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
    ["unreadable", "high"],
    ["alias-moved", "critical"],
    ["key-missing", "high"],
    ["key-disabled", "high"],
    ["key-unusable", "high"],
    ["key-other-region", "high"],
    ["key-unknown", "high"],
    ["pause-unknown", "high"],
    ["policy-stale", "high"],
    ["earlier-write-unconfirmed", "high"],
    ["rule-changed-by-tags", "medium"],
  ])("%s raises it to %s", (code, severity) => {
    expect(severityOf("left alone", ["stronger", code])).toBe(severity);
  });

  test("a reason never lowers it", () => {
    expect(severityOf("failed", ["rule-changed-by-tags"])).toBe("high");
  });
});

describe("advice", () => {
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
    ["unreadable", "unreadable", /neither compliant nor repaired/],
    ["unreadable", "service-managed", /manage invoices; exempt it/],
    ["reported", "observe-mode", /"mode: enforce" in rule baseline.*bucketseal apply invoices --include-observe$/],
    ["reported", "paused", /bucketseal resume$/],
    ["reported", "pause-unknown", /pause switch/],
    ["reported", "policy-stale", /policy table/],
    ["failed", "write-refused", /^See what S3 refused and mend it, then run: bucketseal apply invoices$/],
    ["left alone", "earlier-write-unconfirmed", /bucketseal explain invoices$/],
    ["left alone", "rule-changed-by-tags", /change of tags.*bucketseal explain invoices$/],
  ])("%s for %s", (outcome, code, advice) => {
    expect(buildAlert({ ...input, outcome, reasons: [{ code, text: "x" }] }).next[0]).toMatch(advice);
  });

  test("the most urgent comes first, and a plain reason needs none", () => {
    const reasons = (["stronger", "algorithm-differs", "alias-moved"] as const).map((code) => ({ code, text: code }));
    const { next } = buildAlert({ ...input, outcome: "held", reasons });
    expect(next.map((advice) => advice.slice(0, 12))).toEqual(["Find out who", "If the stron"]);
  });

  test("outcomes have their own: contested, failed; and none where nothing is to be done", () => {
    expect(buildAlert({ ...input, outcome: "contested" }).next).toEqual([
      "Find out who or what keeps changing the bucket and let one of the two decide, then run: bucketseal resume",
    ]);
    expect(buildAlert({ ...input, outcome: "failed" }).next).toEqual([
      "Once the cause is gone, run: bucketseal apply invoices",
    ]);
    expect(buildAlert({ ...input, outcome: "gone" }).next).toEqual([]);
  });

  test("without a rule or a key it still speaks", () => {
    const plan = { ...input.plan, rule: null, declaredKey: null };
    const reasons = (["stronger", "key-missing"] as const).map((code) => ({ code, text: code }));
    const { next } = buildAlert({ ...input, outcome: "held", plan, reasons });
    expect(next[0]).toMatch(/^Create the declared key in/);
    expect(next[1]).toMatch(/"stronger: accept" in the rule,/);
  });
});

describe("the message for SNS", () => {
  const alert = buildAlert(input);

  test("is readable text for email and the document for everything else", () => {
    const { subject, message } = alertMessage(alert);
    const byProtocol = JSON.parse(message);
    expect(subject).toBe("Bucketseal: invoices was changed (medium) in 111122223333 eu-west-1");
    expect(Object.keys(byProtocol)).toEqual(["default", "email"]);
    expect(JSON.parse(byProtocol.default)).toEqual(alert);
    expect(byProtocol.email).toMatch(/^The bucket invoices was changed back to aws:kms\.\n/);
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

  test("has a subject that SNS takes, whatever the bucket is called", () => {
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
        expect(subject).toMatch(/^[A-Za-z0-9]/);
        for (const value of Object.values(attributes)) expect(value).toMatch(/^[\u0020-\ud7ff\ue000-\uffff]+$/);
      }),
      { numRuns: runs(1000) },
    );
  });

  test("keeps the whole of the longest name in the subject", () => {
    const { subject } = alertMessage(
      buildAlert({ ...input, outcome: "left alone", ref: { ...ref, bucket: "b".repeat(63) } }),
    );
    expect(subject).toContain(`${"b".repeat(63)} was left alone`);
    expect(subject).toHaveLength(100);
  });
});

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
        next: ["If this was meant, nothing; otherwise run: bucketseal policy rollback 3"],
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
        next: ["If this was meant, nothing; otherwise push another one"],
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
    expect(alertMessage(alert).subject).toBe(
      `Bucketseal: the policy was ${alert.outcome} (${alert.severity}) in 111122223333 eu-west-1`,
    );
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

  test("refuses long texts politely", () => {
    const { policy } = buildPolicyAlert({ ...base, change: { kind: "refused", version: null, why: "x".repeat(2000) } });
    expect(policy).toMatchObject({ version: null });
    expect((policy as { why: string }).why).toHaveLength(1000);
  });
});

describe("the published schema", () => {
  test("is the one that alerts are made by: run `node scripts/alert-schema.ts` after a change", () => {
    expect(readFileSync(alertSchemaFile, "utf8")).toBe(alertJsonSchema());
  });

  test("names every outcome", () => {
    expect(alertSchema.shape.outcome.options).toEqual(outcomes);
  });

  test.each<[string, object]>([
    ["an unknown outcome", { outcome: "mended" }],
    ["an unknown severity", { severity: "urgent" }],
    ["another schema", { schema: "bucketseal.alert/2" }],
    ["no id", { id: "" }],
    ["a time that is none", { time: "now" }],
    ["a negative latency", { latencyMs: -1 }],
    ["half a millisecond", { latencyMs: 0.5 }],
    ["an unknown mode", { mode: "on" }],
    ["an unknown SSE-C state", { before: { bucketKey: true, sseC: "x" } }],
    ["an unknown policy section", { policy: { kind: "lost" } }],
  ])("refuses %s", (_, change) => {
    expect(alertSchema.safeParse({ ...buildAlert(input), ...change }).success).toBe(false);
  });
});
