import { expect, test } from "vitest";
import { buildJobAlert } from "#core/alert/existing/job";
import { alertMessage } from "#core/alert/message";
import { alertSchema } from "#core/alert/schema";
import { alertText } from "#core/alert/text";
import { type JobEnd, newsOf } from "#core/jobs/job-end";
import { addFailure, type JobFailures, noFailures } from "#core/jobs/job-failures";

const ref = { partition: "aws", account: "111122223333", region: "eu-central-1", bucket: "archive" };
const times = { created: "2026-11-28T08:00:00.000Z", ended: "2026-11-28T09:00:00.000Z" };
const ended: JobEnd = {
  ...{ id: "54c6a89e", ref, kind: "sse-s3", state: "complete", why: null, ...times },
  ...{ objects: 10, updated: 10, failed: 0, failures: noFailures() },
};
const LOCKED =
  "The encryption type for the specified object can't be updated because that object is protected by S3 Object Lock.";

function failuresOf(...texts: string[]): JobFailures {
  const failures = noFailures();
  for (const text of texts) addFailure(failures, ["archive", "a%20b", "", "failed", "AccessDenied", "403", text]);
  return failures;
}

function alertOf(more: Partial<JobEnd> = {}) {
  const alert = buildJobAlert({ id: "a1", now: Date.parse(times.ended), job: { ...ended, ...more } });
  expect(alertSchema.parse(alert)).toEqual(alert);
  return alert;
}

test("a job that updated all of its objects is little news", () => {
  const alert = alertOf();
  expect(alert).toMatchObject({ outcome: "changed", severity: "low", next: [], objects: { counts: { changed: 10 } } });
  expect(alertMessage(alert).subject).toContain("job for archive ended with 10 of 10 objects updated");
  expect(alertText(alert)).toContain("of 10 existing objects 10 were re-encrypted, 0 could not be.");
  expect(alertText(alert)).toContain("Objects:  sse-s3");
});

test("locked objects are held, others have failed; each error is counted with what S3 said", () => {
  const held = alertOf({ updated: 9, failed: 1, failures: failuresOf(LOCKED) });
  expect(held).toMatchObject({
    outcome: "held",
    objects: { counts: { changed: 9, held: 1 }, reasons: { "object-locked": 1 } },
  });
  expect(held.next.join()).not.toContain("--batch");
  const both = alertOf({ updated: 8, failed: 2, failures: failuresOf(LOCKED, "Access Denied") });
  expect(both).toMatchObject({
    outcome: "failed",
    objects: {
      counts: { changed: 8, held: 1, failed: 1 },
      samples: [
        { key: "a b", versionId: null, outcome: "held" },
        { outcome: "failed", reason: "AccessDenied: Access Denied" },
      ],
    },
    job: { errors: { AccessDenied: { count: 2, text: LOCKED } } },
  });
  expect(both.next.at(-1)).toContain("bucketseal backfill archive --batch --apply");
});

test("one that was cancelled, or failed before it came to an object, says how to go on", () => {
  const key = "arn:aws:kms:eu-central-1:111122223333:key/11111111-2222-3333-4444-555555555555";
  const cancelled = alertOf({ state: "cancelled", updated: 4, kind: key });
  expect(alertMessage(cancelled).subject).toContain("was cancelled with 4 of 10 objects updated");
  expect(alertText(cancelled)).toContain(`under ${key}`);
  expect(cancelled.next).toHaveLength(1);
  const failed = alertOf({ state: "failed", why: "no role", objects: 0, updated: 0 });
  expect(failed).toMatchObject({ outcome: "unreadable", severity: "medium", reasons: ["the job failed: no role"] });
  expect(failed.next[0]).toContain("lacks a right");
});

test("a report that could not be read is no report without failures", () => {
  const alert = alertOf({ updated: 7, failed: 3, failures: null, created: null });
  expect(alert).toMatchObject({
    outcome: "failed",
    objects: { counts: { failed: 3 }, samples: [], from: times.ended },
  });
  expect(alert.job?.errors).toBeNull();
  expect(alert.reasons.join()).toContain("not known");
  expect(alert.next[0]).toContain("bucketseal backfill status archive");
});

test.each([
  ["preparing", { kind: "preparing" }],
  ["running", { kind: "running", counts: { objects: 3, updated: 1, failed: 0 } }],
  ["without objects", { kind: "nothing" }],
  ["cancelled before it began", { kind: "cancelled", counts: { objects: 3, updated: 0, failed: 0 } }],
] as const)("a job that is %s is no news", (_, state) => {
  expect(newsOf(state)).toBeNull();
});

test("an end is news with its counts, and why it failed", () => {
  const counts = { objects: 3, updated: 0, failed: 1 };
  expect(newsOf({ kind: "cancelled", counts })).toEqual({ state: "cancelled", why: null, ...counts });
  expect(newsOf({ kind: "complete", counts })).toEqual({ state: "complete", why: null, ...counts });
  expect(newsOf({ kind: "failed", why: "x", counts })).toEqual({ state: "failed", why: "x", ...counts });
});
