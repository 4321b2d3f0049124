import { describe, expect, test } from "vitest";
import { emptyWindow, type ObjectWindow } from "#core/alert/digest";
import { alertMessage } from "#core/alert/message";
import { buildObjectAlert } from "#core/alert/objects";
import { alertSchema } from "#core/alert/schema";
import { alertText } from "#core/alert/text";
import type { Actor } from "#core/event/trigger";
import { adviceForObjects } from "#core/reason/advice";
import type { ReasonCode } from "#core/reason/reason";
import { oddKeys } from "../../events/object.ts";
import { keyArn, ref } from "../../support/core/world.ts";
import { person } from "../../support/simulation/simulation.ts";

const from = "2026-11-21T08:15:00.000Z";
const to = "2026-11-21T08:16:00.000Z";
const quiet = emptyWindow(from, to);
const now = Date.parse(to);

const alice = person("alice");
const backup: Actor = {
  ...alice,
  type: "AWSService",
  arn: null,
  accountId: null,
  sourceIp: null,
  invokedBy: "backup.amazonaws.com",
};

function alertOf(window: Partial<ObjectWindow>, unconfirmed: readonly string[] = []) {
  return buildObjectAlert({ id: "a1", now, ref, window: { ...quiet, ...window }, unconfirmed });
}

const changed = { counts: { changed: 2 }, reasons: { "algorithm-differs": 2 }, rules: ["baseline"] };

describe("the alert about a bucket's objects", () => {
  test("says how the objects are found again that a closed gate left as they are", () => {
    const alert = alertOf({ counts: { reported: 2 }, reasons: { paused: 2 }, rules: ["baseline"] });
    expect(alert.next).toEqual([
      "Writes are paused. To resume them, run: bucketseal resume. These objects stay as they are all the same; to see what they need, run: bucketseal backfill invoices --since 2026-11-21T08:14:00.000Z --until 2026-11-21T08:17:00.000Z",
    ]);
  });

  test("says how many, which, why, by whom and what to do", () => {
    const alert = alertOf({
      counts: { changed: 2, held: 1 },
      reasons: { "algorithm-differs": 3, "object-locked": 1 },
      rules: ["baseline"],
      actors: [alice],
      samples: [{ key: "a<b", versionId: "v1", outcome: "held", reason: "the object is under a legal hold" }],
    });
    expect(alertSchema.parse(alert)).toEqual(alert);
    expect(alert).toEqual({
      schema: "bucketseal.alert/1",
      id: "a1",
      time: to,
      outcome: "held",
      severity: "medium",
      account: "111122223333",
      region: "eu-west-1",
      bucket: "invoices",
      rule: "baseline",
      mode: null,
      actor: alice,
      event: null,
      before: null,
      after: null,
      reasons: [
        "2 objects re-encrypted as declared",
        "1 object not as declared, held back",
        "algorithm differs: 3 objects",
        "object locked: 1 object",
      ],
      next: [
        "Wait until the lock ends, or have an authorized person lift the legal hold or governance retention; compliance retention cannot be lifted.",
      ],
      latencyMs: null,
      policy: null,
      objects: {
        from,
        to,
        counts: { changed: 2, held: 1 },
        reasons: { "algorithm-differs": 3, "object-locked": 1 },
        rekeyed: 0,
        actors: [alice],
        samples: [{ key: "a\\u{3c}b", versionId: "v1", outcome: "held", reason: "the object is under a legal hold" }],
        unconfirmed: [],
      },
    });
  });

  test("names a rule only if there is one", () => {
    expect(alertOf({ ...changed, rules: [] }).rule).toBeNull();
    expect(alertOf({ ...changed, rules: ["a", "b"] }).rule).toBeNull();
  });

  test("names nobody if nobody is known", () => {
    expect(alertOf(changed).actor).toBeNull();
  });

  test.each<[Partial<ObjectWindow>, string[], string, string]>([
    [{ counts: { superseded: 1 } }, [], "superseded", "info"],
    [{ counts: { changed: 1, superseded: 1 } }, [], "changed", "low"],
    [{ counts: { changed: 1 }, reasons: { "old-version-remains": 1 } }, [], "changed", "low"],
    [{ counts: { changed: 1 }, reasons: { unreadable: 1 } }, [], "changed", "critical"],
    [{ counts: { reported: 1, changed: 1 } }, [], "reported", "medium"],
    [{ counts: { reported: 1, held: 1 } }, [], "held", "medium"],
    [{ counts: { unreadable: 1, held: 1 } }, [], "unreadable", "medium"],
    [{ counts: { contested: 1, unreadable: 1 } }, [], "contested", "high"],
    [{ counts: { failed: 1, contested: 1 } }, [], "failed", "high"],
    [{ counts: { held: 1 }, reasons: { "source-key-unusable": 1 } }, [], "held", "critical"],
    [{ counts: { held: 1 }, reasons: { "source-key-unknown": 1 } }, [], "held", "critical"],
    [{ counts: { held: 1 }, reasons: { "object-sse-c": 1 } }, [], "held", "critical"],
    [{ counts: { failed: 1 }, reasons: { "integrity-alarm": 1 } }, [], "failed", "critical"],
    [{ rekeyed: 1 }, [], "reported", "critical"],
    [{ rekeyed: 1, counts: { changed: 1 } }, [], "changed", "critical"],
    [{}, ["a"], "unreadable", "high"],
    [{ counts: { changed: 1 } }, ["a"], "unreadable", "high"],
    [{ counts: { failed: 1 } }, ["a"], "failed", "high"],
    [{ counts: { contested: 1 } }, ["a"], "contested", "high"],
    [{}, [], "left alone", "info"],
  ])("is named after the worst: %j with %j open is %s, %s", (window, unconfirmed, outcome, severity) => {
    expect(alertOf(window, unconfirmed)).toMatchObject({ outcome, severity });
  });

  test("of re-keying starts with what to do about it", () => {
    const { next, reasons } = alertOf({ rekeyed: 2, counts: { held: 1 }, reasons: { "source-key-unusable": 1 } });
    expect(reasons[0]).toBe("2 objects written under a key outside the policy, or with SSE-C");
    expect(next.map((advice) => advice.slice(0, 20))).toEqual([
      "Find out now whether",
      "If not, first revoke",
      "Find out how the obj",
    ]);
    expect(next[1]).toContain(
      "bucketseal backfill invoices --since 2026-11-21T08:14:00.000Z --until 2026-11-21T08:17:00.000Z (without the times",
    );
  });

  test("renders keys safely, and cuts what is too long", () => {
    const samples = oddKeys.map((key) => ({
      key,
      versionId: "<v>".repeat(200),
      outcome: "held" as const,
      reason: "<".repeat(400),
    }));
    for (const sample of alertOf({ ...changed, samples }).objects?.samples ?? []) {
      expect(sample.key).toMatch(/^[^<>&\p{C}]*$/u);
      expect(sample.key.length).toBeLessThanOrEqual(1024);
      expect(sample.versionId?.length).toBeLessThanOrEqual(128);
      expect(sample.reason).toMatch(/^(\\u\{3c\})+…?/);
      expect(sample.reason?.length).toBeLessThanOrEqual(240);
    }
    const whole = alertOf({ samples: [{ key: "k".repeat(1024), versionId: null, outcome: "held", reason: null }] });
    expect(whole.objects?.samples).toEqual([{ key: "k".repeat(1024), versionId: null, outcome: "held", reason: null }]);
  });

  test("leaves a reason that is already safe unchanged", () => {
    const reason = `key: \\u{3c}x, declared ${keyArn(1)}`;
    const samples = [{ key: "a", versionId: null, outcome: "changed" as const, reason }];
    expect(alertOf({ ...changed, samples }).objects?.samples[0]?.reason).toBe(reason);
    const exact = [{ key: "a", versionId: null, outcome: "changed" as const, reason: "r".repeat(240) }];
    expect(alertOf({ ...changed, samples: exact }).objects?.samples[0]?.reason).toBe("r".repeat(240));
    const longer = [{ key: "a", versionId: null, outcome: "changed" as const, reason: "r".repeat(241) }];
    expect(alertOf({ ...changed, samples: longer }).objects?.samples[0]?.reason).toBe(`${"r".repeat(239)}…`);
  });

  test("names five of the objects whose repair never finished, and counts all", () => {
    const alert = alertOf({}, ["1", "2", "3", "4", "5", "<6>"]);
    expect(alert.objects?.unconfirmed).toEqual(["1", "2", "3", "4", "5"]);
    expect(alert.reasons).toEqual(["6 objects whose repair was started but never confirmed"]);
    expect(alertOf({}, ["<"]).objects?.unconfirmed).toEqual(["\\u{3c}"]);
  });
});

describe("the alert about a bucket's objects, as email,", () => {
  const first = (window: Partial<ObjectWindow>, unconfirmed: string[] = []) =>
    alertText(alertOf(window, unconfirmed)).split("\n")[0];
  const when = `between ${from} and ${to}`;

  test.each<[Partial<ObjectWindow>, string[], string]>([
    [
      { counts: { changed: 1 } },
      [],
      `1 object of the bucket invoices was not encrypted as declared ${when}; it is now.`,
    ],
    [
      { counts: { changed: 3 } },
      [],
      `3 objects of the bucket invoices were not encrypted as declared ${when}; all of them are now.`,
    ],
    [
      { counts: { changed: 1, held: 1 } },
      [],
      `2 objects of the bucket invoices were not encrypted as declared ${when}; 1 of them is now.`,
    ],
    [
      { counts: { changed: 2, held: 1, reported: 4 } },
      [],
      `7 objects of the bucket invoices were not encrypted as declared ${when}; 2 of them are now.`,
    ],
    [
      { counts: { held: 1, unreadable: 3 } },
      [],
      `1 object of the bucket invoices was not encrypted as declared ${when}; it was not changed.`,
    ],
    [
      { counts: { held: 2 } },
      [],
      `2 objects of the bucket invoices were not encrypted as declared ${when}; none of them was changed.`,
    ],
    [
      { counts: { unreadable: 1 } },
      [],
      `1 object of the bucket invoices was seen ${when} and could not be judged, so nothing was changed.`,
    ],
    [
      { rekeyed: 1, counts: { held: 4 } },
      [],
      `1 object of the bucket invoices was encrypted under a key outside the policy, or with SSE-C, ${when}.`,
    ],
    [
      { rekeyed: 2 },
      [],
      `2 objects of the bucket invoices were encrypted under a key outside the policy, or with SSE-C, ${when}.`,
    ],
    [{}, ["a"], `The repair of 1 object of the bucket invoices was started ${when} but never confirmed.`],
    [{}, ["a", "b"], `The repair of 2 objects of the bucket invoices was started ${when} but never confirmed.`],
  ])("%j with %j open begins: %s", (window, unconfirmed, said) => {
    expect(first(window, unconfirmed)).toBe(said);
  });

  test("is readable text", () => {
    const text = alertText(
      alertOf({
        counts: { changed: 2, held: 1 },
        reasons: { "algorithm-differs": 3, "object-locked": 1 },
        rules: ["baseline"],
        actors: [alice, backup],
        samples: [
          { key: "2026/a b.pdf", versionId: null, outcome: "held", reason: "the object is under a legal hold" },
          { key: "2026/c.pdf", versionId: "v7", outcome: "changed", reason: null },
        ],
      }),
    );
    expect(text).toBe(`3 objects of the bucket invoices were not encrypted as declared ${when}; 2 of them are now.

Who:      alice (IAM user, arn:aws:iam::111122223333:user/alice), from 198.51.100.7
and:      backup.amazonaws.com (AWS service)
Where:    account 111122223333, eu-west-1
Rule:     baseline

Why:
- 2 objects re-encrypted as declared
- 1 object not as declared, held back
- algorithm differs: 3 objects
- object locked: 1 object

For example:
- 2026/a b.pdf: held, the object is under a legal hold
- 2026/c.pdf (version v7): changed

What to do next:
- Wait until the lock ends, or have an authorized person lift the legal hold or governance retention; compliance retention cannot be lifted.

Severity medium. Alert a1.
`);
  });

  test.each<[Partial<ObjectWindow>, string]>([
    [{ counts: { reported: 1 } }, "1 object not as declared, reported only"],
    [{ counts: { contested: 1 } }, "1 object repeatedly undone, left alone"],
    [{ counts: { unreadable: 2 } }, "2 objects that could not be judged"],
    [{ counts: { superseded: 1 } }, "1 object overwritten by someone else meanwhile"],
    [{ counts: { failed: 1 } }, "1 object not as declared, re-encryption failed"],
    [{ counts: { odd: 1 } }, "1 object odd"],
    [{ rekeyed: 1 }, "1 object written under a key outside the policy, or with SSE-C"],
  ])("shows %j as: %s", (window, said) => {
    expect(alertOf(window).reasons).toEqual([said]);
  });
});

describe("the message for SNS", () => {
  test("names the objects in its subject", () => {
    expect(alertMessage(alertOf(changed)).subject).toBe(
      "[low] Bucketseal: objects of invoices changed to match policy in 111122223333 eu-west-1",
    );
    expect(alertMessage(alertOf({ rekeyed: 1 })).subject).toBe(
      "[critical] Bucketseal: objects of invoices re-keyed in 111122223333 eu-west-1",
    );
    expect(alertMessage(alertOf({}, ["a"])).subject).toContain(
      "[high] Bucketseal: objects of invoices could not be judged",
    );
  });

  test.each(["a", "<", '"', "\\", "\u0001", "😀", "ä", "\u202e"])(
    "stays under 256 KB with twenty keys of 1,024 bytes of %j",
    (unit) => {
      const key = unit.repeat(Math.floor(1024 / new TextEncoder().encode(unit).length));
      const actor: Actor = {
        ...alice,
        arn: `arn:${"<".repeat(300)}`,
        session: "<".repeat(64),
        sourceIdentity: "<".repeat(64),
      };
      const sample = { key, versionId: unit.repeat(1024), outcome: "superseded" as const, reason: unit.repeat(300) };
      const reasons = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`reason-number-${at}`, 1000]));
      const window = { ...changed, reasons, actors: Array(5).fill(actor), rekeyed: 5, samples: Array(20).fill(sample) };
      const { message, attributes } = alertMessage(alertOf(window, Array(50).fill(key)));
      expect(Buffer.byteLength(message + JSON.stringify(attributes))).toBeLessThan(256 * 1024);
    },
  );
});

describe("advice about objects", () => {
  const context = { ref, rule: "baseline", declaredKey: null };

  test.each<[ReasonCode, RegExp]>([
    ["integrity-alarm", /^Writes to objects of invoices are stopped\. .* run: bucketseal alarm clear invoices$/],
    ["source-key-unusable", /until then no one can read them\.$/],
    ["source-key-unknown", /kms:DescribeKey on the objects' own key/],
    ["object-sse-c", /blockSseC: true/],
    ["earlier-write-unconfirmed", /started but never confirmed/],
    ["write-refused", /^Find out why S3 refused the write and fix it/],
    ["copied-too-often", /fix that writer\.$/],
    ["unreadable", /^Restore read access to these objects/],
    ["stronger", /"stronger: accept" in rule baseline/],
    ["requester-pays", /switch Requester Pays off/],
    ["directory-bucket", /^Set the default encryption of invoices by hand .* or take the bucket out of rule baseline/],
    ["weaker-by-tags", /make rule baseline match without tags/],
    ["object-locked", /^Wait until the lock ends/],
    ["object-replica", /^Repair the source bucket/],
    ["replication-pending", /^Wait until the objects are replicated/],
    ["object-archived", /^Restore the objects/],
    ["object-not-current", /S3 Batch Operations\.$/],
    ["upload-under-way", /Abort abandoned uploads/],
    ["null-version-beneath", /^Enable versioning of invoices again/],
    ["object-too-large", /objects\.maxBytes in rule baseline/],
    ["copy-too-large", /multipart copy/],
    ["copy-not-allowed", /"copy: true" in rule baseline and deploy with BUCKETSEAL_COPY=on/],
    ["update-unavailable", /BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION=on/],
    ["objects-observed", /"mode: enforce" and "objects: \{ onWrite: enforce \}" in rule baseline/],
    ["old-version-remains", /^Older versions keep their encryption/],
    ["key-missing", /^Create the declared key in account 111122223333, eu-west-1/],
  ])("%s", (code, said) => {
    const advice = adviceForObjects([code], context);
    expect(advice).toHaveLength(1);
    expect(advice[0]).toMatch(said);
  });

  test("is empty if nothing can be done", () => {
    expect(adviceForObjects(["algorithm-differs", "object-overwritten"], context)).toEqual([]);
  });

  test("is sorted by urgency, each sentence once", () => {
    const advice = adviceForObjects(["key-missing", "object-locked", "integrity-alarm"], context);
    expect(advice.map((text) => text.slice(0, 6))).toEqual(["Writes", "Wait u", "Create"]);
  });

  test("is complete without a rule too", () => {
    expect(adviceForObjects(["object-too-large"], { ...context, rule: null })[0]).toContain("in the rule,");
  });
});
