import { describe, expect, test } from "vitest";
import { alertMessage } from "#core/alert/message";
import { buildRunAlert } from "#core/alert/run";
import { alertSchema } from "#core/alert/schema";
import { alertText } from "#core/alert/text";
import { noCounts, type RunCounts } from "#core/sweep/counts";
import { newRun, type Run } from "#core/sweep/run";

const NOW = Date.parse("2026-11-27T08:00:00.000Z");
const sweep: Run = newRun({ id: "r1", kind: "sweep", by: "schedule", message: "m" }, NOW - 60_000);
const ref = { account: "111122223333", region: "eu-west-1" };

const alertOf = (counts: Partial<RunCounts>, more: Partial<Run> = {}, before: RunCounts | null = null) =>
  buildRunAlert({ id: "a1", now: NOW, ref, run: { ...sweep, ...more, counts: { ...noCounts, ...counts } }, before });

describe("a run's alert has the worst outcome of its buckets:", () => {
  test.each([
    [{ failed: 1, unreadable: 1, held: 1, repaired: 1 }, "failed", "medium"],
    [{ unreadable: 1, held: 1, repaired: 1 }, "unreadable", "medium"],
    [{ held: 1, repaired: 1 }, "held", "low"],
    [{ repaired: 1, reported: 1 }, "changed", "low"],
    [{ reported: 1 }, "reported", "info"],
    [{ exempt: 1 }, "left alone", "info"],
  ] as const)("%j: %s, %s", (counts, outcome, severity) => {
    const alert = alertOf(counts);
    expect(alert).toMatchObject({ outcome, severity, bucket: null, policy: null });
    expect(alertSchema.parse(alert)).toEqual(alert);
  });
});

test("a sweep's alert says in words what it found, and what the one before had found", () => {
  const counts = { seen: 3, repaired: 1, held: 2 };
  const alert = alertOf(counts, {}, { ...noCounts, seen: 3, held: 2 });
  expect(alertMessage(alert).subject).toBe(
    "[low] Bucketseal: sweep ended: 1 repaired, 2 held in 111122223333 eu-west-1",
  );
  expect(alertText(alert)).toBe(`The sweep ended after 3 buckets: 1 repaired, 2 held.

Started:  by schedule at 2026-11-27T07:59:00.000Z
Ended:    2026-11-27T08:00:00.000Z
Before:   2 held
Where:    account 111122223333, eu-west-1

What to do next:
- Each of those buckets has an alert of its own: bucketseal plan lists them
- Repaired by a sweep means that an event was missed: is the trail logging? (docs/runbook.md)

Severity low. Alert a1.
`);
  expect(alertText(alertOf({ seen: 1 }))).toContain("The sweep ended after 1 bucket: nothing to do.");
  expect(alertText(alertOf({ seen: 1 }))).toContain("there was none");
});

test("a push that was halted says so, and how to go on", () => {
  const alert = alertOf({ seen: 20, held: 15 }, { kind: "push", state: "halted", to: 4 });
  expect(alert).toMatchObject({ severity: "high", run: { kind: "push", state: "halted", version: 4 } });
  expect(alert.next.join()).toContain("bucketseal resume");
  expect(alertMessage(alert).subject).toContain("push halted: 15 held");
  expect(alertText(alert)).toContain(
    "Looking at the buckets that version 4 of the policy concerns was halted: too many writes failed or were held (15 held).",
  );
});
