import { describe, expect, test } from "vitest";
import { buildNotificationAlert, type NotificationFinding } from "#core/alert/notifications";
import {
  foldNotification,
  type NotificationFold,
  notificationsDue,
  repeatedNotifications,
} from "#core/ledger/telling/notification-fold";

const NOW = Date.parse("2026-11-21T08:15:00.000Z");
const at = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
const off: NotificationFinding = { kind: "off", why: null };
const on: NotificationFinding = { kind: "switched on" };
const again = (seconds: number): NotificationFinding => ({
  kind: "off",
  why: `somebody switched them off again after ${at(seconds)}`,
});
const gap = (from: number, to: number, isClosing?: boolean): NotificationFinding => ({
  kind: "gap",
  from: at(from),
  to: at(to),
  ...(isClosing !== undefined && { isClosing }),
});

/** What is told of these findings, each at its second. */
function told(findings: readonly (readonly [second: number, NotificationFinding])[], seconds = 600) {
  let fold: NotificationFold | null = null;
  const isTold = findings.map(([second, finding]) => {
    const next = foldNotification(fold, finding, `id-${second}`, { now: NOW + second * 1000, seconds });
    fold = next.fold;
    return next.isTold;
  });
  return { isTold, fold: fold as NotificationFold | null };
}

describe("what is told of a bucket's events", () => {
  test("is told twice, then counted, whatever time it names", () => {
    const { isTold, fold } = told([0, 1, 2, 3].map((second) => [second, again(second)]));
    expect(isTold).toEqual([true, true, false, false]);
    expect(fold).toMatchObject({ incident: "id-0", since: at(0), times: 4, until: at(600) });
    expect(fold?.untold).toEqual({ count: 2, from: at(2), to: at(3), gap: null });
  });

  test("is told where it is another thing, with what was counted before", () => {
    const { fold } = told([0, 1, 2].map((second) => [second, off]));
    const next = foldNotification(fold, { kind: "unreadable", why: "AccessDenied" }, "id", {
      now: NOW + 3_000,
      seconds: 600,
    });
    expect(next).toMatchObject({
      isTold: true,
      counted: { count: 1 },
      fold: { times: 4, untold: null, until: at(600) },
    });
  });

  test("is told where it was quiet, under a new incident", () => {
    const { isTold, fold } = told([0, 1, 600, 601].map((second) => [second, off]));
    expect(isTold).toEqual([true, true, true, true]);
    expect(fold).toMatchObject({ incident: "id-600", times: 2 });
  });

  test("goes on where its time is over and something was counted", () => {
    const { isTold, fold } = told([0, 1, 2, 700, 701].map((second) => [second, off]));
    expect(isTold).toEqual([true, true, false, true, false]);
    expect(fold).toMatchObject({ incident: "id-0", times: 5, until: at(1300) });
  });

  test("is each told where the policy counts nothing, or where a notification may be lost", () => {
    expect(
      told(
        [0, 1, 2, 3].map((second) => [second, on]),
        0,
      ),
    ).toEqual({ isTold: [true, true, true, true], fold: null });
    const lost: NotificationFinding = { kind: "interfered", changes: ["theirs"] };
    expect(told([0, 1, 2].map((second) => [second, lost])).isTold).toEqual([true, true, true]);
  });

  test("has the times without events counted as one", () => {
    const gaps = [gap(0, 1), gap(2, 3), gap(6, 7, true), gap(4, 5, true), gap(8, 9)];
    const { fold } = told(gaps.map((each, second) => [second, each]));
    expect(fold?.untold?.gap).toEqual({ kind: "gap", from: at(4), to: at(9), isClosing: false });
    const closing = told(gaps.slice(0, 4).map((each, second) => [second, each])).fold;
    expect(closing?.untold?.gap).toEqual({ kind: "gap", from: at(4), to: at(7), isClosing: true });
  });
});

describe("what was counted", () => {
  const { fold } = told([0, 1, 2, 3].map((second) => [second, off]));

  test("is told when its time is over, and the next time is twice as long, up to an hour", () => {
    expect(notificationsDue(null, NOW)).toBeNull();
    expect(notificationsDue(fold, NOW + 599_000)).toBeNull();
    const due = notificationsDue(fold, NOW + 600_000);
    expect(due).toMatchObject({ counted: { count: 2 }, fold: { seconds: 1200, until: at(1800), untold: null } });
    expect(notificationsDue(due?.fold ?? null, NOW + 9_000_000)).toBeNull();
    const long = (seconds: number) => notificationsDue(fold && { ...fold, seconds }, NOW + 600_000)?.fold.seconds;
    expect([long(2400), long(3600), long(86_400)]).toEqual([3600, 3600, 86_400]);
  });

  test("is said in the alert, with what to do", () => {
    const untold = fold?.untold;
    if (fold == null || untold == null) throw new Error("nothing was counted");
    const ref = { partition: "aws", account: "111122223333", region: "us-east-1", bucket: "invoices" };
    const repeated = repeatedNotifications(fold, untold);
    expect(repeated).toEqual({
      incident: "id-0",
      times: 4,
      since: at(0),
      folded: [{ actor: null, count: 2, from: at(2), to: at(3), changes: [] }],
    });
    const input = { id: "x", now: NOW, ref, rule: "baseline", trigger: null };
    const alone = buildNotificationAlert({ ...input, finding: null, counted: { ...untold, count: 1 }, repeated });
    expect(alone).toMatchObject({ outcome: "reported", severity: "high", repeated });
    expect(alone.reasons).toEqual([expect.stringContaining("missing one more time between")]);
    expect(alone.next).toEqual([expect.stringContaining("PutBucketNotification")]);
    const missed = { kind: "gap", from: at(1), to: at(2) } as const;
    const both = buildNotificationAlert({ ...input, finding: off, counted: { ...untold, gap: missed } });
    expect(both.reasons).toHaveLength(3);
    expect(both.reasons[2]).toContain("missing 2 more times between");
    expect(both.next.some((each) => each.includes("bucketseal backfill"))).toBe(true);
    expect("repeated" in both).toBe(false);
  });
});
