import { expect, test } from "vitest";
import { buildBackfillAlert, isNoNews } from "#core/alert/existing/backfill";
import { alertMessage } from "#core/alert/message";
import { alertSchema } from "#core/alert/schema";
import { alertText } from "#core/alert/text";
import { type Backfill, newBackfill } from "#core/backfill/backfill";

const ref = { partition: "aws", account: "111122223333", region: "eu-central-1", bucket: "invoices" };
const selection = { prefix: "2025/", versions: "all", since: "2026-11-01T00:00:00.000Z", until: null } as const;
const now = Date.parse("2026-11-28T08:00:00.000Z");
const begun = newBackfill({ id: "b1", ref, by: "dana", message: "m1", selection }, now);
const counts = {
  looked: 10,
  outcomes: { changed: 7, held: 1, "left alone": 1, exempt: 1 },
  how: { update: 7 },
  reasons: { "object-locked": 1 },
  movedBytes: 0,
};

function alertOf(more: Partial<Backfill>) {
  const alert = buildBackfillAlert({ id: "a1", now, ref, backfill: { ...begun, state: "done", ...more } });
  expect(alertSchema.parse(alert)).toEqual(alert);
  return alert;
}

test("a backfill that ended tells counts, reasons, samples and what was asked for", () => {
  const sample = { key: "2025/a", versionId: "v", outcome: "held", reason: "locked" } as const;
  const alert = alertOf({ listed: 10, counts, samples: [sample] });
  expect(alert).toMatchObject({
    outcome: "held",
    backfill: { id: "b1", state: "done", by: "dana", listed: 10, looked: 10, how: { update: 7 }, ...selection },
    objects: { counts: { changed: 7, held: 1 }, reasons: { "object-locked": 1 }, samples: [sample] },
  });
  expect(alertMessage(alert).subject).toContain("backfill of invoices ended after 10 objects");
  expect(alertText(alert)).toContain("invoices ended: 10 existing objects were looked at, 7 re-encrypted.");
  expect(alertText(alert)).toContain("all versions, below 2025/, since 2026-11-01T00:00:00.000Z");
});

test("one that found nothing to do is no more than information", () => {
  const plain = { prefix: "", versions: "current", since: null, until: "2026-11-02T00:00:00.000Z" } as const;
  const alert = alertOf({ selection: plain });
  expect(alert).toMatchObject({ outcome: "left alone", severity: "info" });
  expect(alertText(alert)).toContain("current versions, until 2026-11-02T00:00:00.000Z");
});

test("one that was cancelled says how far it came, one that failed why", () => {
  const cancelled = alertOf({ state: "cancelled", listed: 20, counts });
  expect(alertText(cancelled)).toContain("was cancelled: 10 of 20 existing objects were looked at");
  const failed = alertOf({ state: "failed", why: "the bucket cannot be listed: NoSuchBucket" });
  expect(failed).toMatchObject({ outcome: "unreadable", severity: "medium", backfill: { state: "failed" } });
  expect(failed.reasons).toEqual(["the bucket cannot be listed: NoSuchBucket"]);
  expect(failed.next.at(-1)).toContain("start the backfill again");
  expect(alertMessage(failed).subject).toContain("backfill of invoices failed");
});

test("without objects beside it, it says that none was changed", () => {
  expect(alertText({ ...alertOf({}), objects: null })).toContain("0 existing objects were looked at, 0 re-encrypted.");
});

test("one that closes windows says which, and how to start it again where it did not end", () => {
  const drift = { id: "w1", kind: "drift", from: "2026-11-21T08:00:00Z", to: "2026-11-21T08:10:00Z" } as const;
  const gap = { id: "w2", kind: "gap", from: null, to: "2026-11-21T08:20:00Z" } as const;
  const one = alertOf({ windows: [drift], listed: 10, counts });
  expect(one.backfill?.windows).toEqual([{ kind: "drift", from: drift.from, to: drift.to }]);
  expect(one.reasons[0]).toBe(
    "drift window: the bucket's default was another one between 2026-11-21T08:00:00Z and 2026-11-21T08:10:00Z",
  );
  expect(alertText(one)).toContain(
    "The backfill of a drift window of the bucket invoices ended: 10 existing objects were looked at, 7 re-encrypted.",
  );
  expect(one.next.join("\n")).not.toContain("bucketseal backfill");

  const cancelled = alertOf({ state: "cancelled", windows: [drift], listed: 20, counts });
  expect(cancelled.next.at(-1)).toContain(
    "bucketseal backfill invoices --since 2026-11-21T07:59:00.000Z --until 2026-11-21T08:11:00.000Z --apply",
  );
  const failed = alertOf({ state: "failed", windows: [drift, gap], why: "gone" });
  expect(failed.reasons).toContain("gap window: the bucket sent no events up to 2026-11-21T08:20:00Z");
  expect(failed.next.at(-1)).toContain("bucketseal backfill invoices --until 2026-11-21T08:21:00.000Z --apply");
  expect(alertText(failed)).toContain("The backfill of 2 windows of the bucket invoices failed");
});

test("one that its rule asks for time and again says so, and is news only where something was not as declared", () => {
  const due = { id: "due-1-a", kind: "due", from: null, to: "2026-11-21T08:20:00Z" } as const;
  const drift = { ...due, id: "w1", kind: "drift" } as const;
  const alert = alertOf({ windows: [due], listed: 10, counts });
  expect(alert.reasons[0]).toContain("by backfillEvery: the rule asks for a backfill of the whole bucket");
  expect(alertText(alert)).toContain("The backfill of the bucket invoices ended: 10 existing objects were looked at");
  expect(alertText(alertOf({ windows: [due, drift], listed: 10, counts }))).toContain(
    "The backfill of a drift window of",
  );

  const right = { ...counts, outcomes: { "left alone": 9, exempt: 1 } };
  const done = { ...begun, state: "done", listed: 10, counts: right } as const;
  expect(isNoNews({ ...done, windows: [due] })).toBe(true);
  expect(isNoNews({ ...done, windows: [due], counts })).toBe(false);
  expect(isNoNews({ ...done, windows: [due, drift] })).toBe(false);
  expect(isNoNews({ ...done, windows: [drift], listed: 0 })).toBe(true);
  expect(isNoNews({ ...done, windows: [due], state: "failed" })).toBe(false);
  expect(isNoNews(done)).toBe(false);
});
