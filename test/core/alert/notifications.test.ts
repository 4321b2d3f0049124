import { describe, expect, test } from "vitest";
import { buildNotificationAlert, type NotificationFinding } from "#core/alert/notifications";
import { alertSchema } from "#core/alert/schema";
import type { Trigger } from "#core/event/trigger";
import { person } from "../../support/simulation/simulation.ts";

const ref = { partition: "aws", account: "111122223333", region: "eu-west-1", bucket: "invoices" };
const trigger: Trigger = {
  eventId: "event-1",
  eventName: "PutBucketNotification",
  eventTime: "2026-11-21T05:00:00Z",
  actor: person("alice"),
  issuer: null,
  requested: null,
};

function alertOf(finding: NotificationFinding, by: Trigger | null = null) {
  return buildNotificationAlert({ id: "alert-1", now: 0, ref, rule: "baseline", finding, trigger: by });
}

describe("an alert about a bucket's events", () => {
  test.each([
    [{ kind: "off", why: null }, "reported", "high", 1],
    [{ kind: "off", why: "paused\nby alice" }, "reported", "high", 2],
    [{ kind: "unreadable", why: "AccessDenied" }, "unreadable", "high", 1],
    [{ kind: "switched on" }, "changed", "info", 1],
    [{ kind: "gap", from: "2026-11-21T05:00:00Z", to: "2026-11-21T05:01:00Z" }, "reported", "high", 1],
    [{ kind: "interfered", changes: ["a topic is gone", "a queue is new"] }, "failed", "critical", 3],
  ] as const)("%j", (finding, outcome, severity, reasons) => {
    const alert = alertOf(finding);
    expect(alertSchema.parse(alert)).toEqual(alert);
    expect(alert).toMatchObject({ outcome, severity, bucket: "invoices", rule: "baseline", actor: null, event: null });
    expect(alert.reasons).toHaveLength(reasons);
    expect(alert.reasons.join("")).not.toContain("\n");
    expect(alert.next).not.toEqual([]);
  });

  test("names what prevented Bucketseal from switching them on, and what S3 refused", () => {
    expect(alertOf({ kind: "off", why: "writes are paused" }).reasons[1]).toBe("writes are paused");
    expect(alertOf({ kind: "unreadable", why: "AccessDenied" }).reasons[0]).toContain("AccessDenied");
  });

  test("names the time in which objects were not checked, and how to list them", () => {
    const alert = alertOf({ kind: "gap", from: "2026-11-21T05:00:00Z", to: "2026-11-21T05:01:00Z" }, trigger);
    expect(alert.reasons[0]).toContain("between 2026-11-21T05:00:00Z and 2026-11-21T05:01:00Z");
    expect(alert.next[0]).toContain(
      "list-objects-v2 --bucket invoices --query 'Contents[?LastModified>=`2026-11-21T05",
    );
    expect(alert.next[0]).toContain(
      "bucketseal backfill invoices --since 2026-11-21T04:59:00.000Z --until 2026-11-21T05:07:00.000Z",
    );
    const closing = alertOf({ kind: "gap", from: "2026-11-21T05:00:00Z", to: "2026-11-21T05:01:00Z", isClosing: true });
    expect(closing.next[0]).toMatch(/^A backfill of that time, .* starts by itself/);
  });

  test("says how to switch them on by hand without losing the existing ones", () => {
    const [byHand] = alertOf({ kind: "off", why: null }).next;
    expect(byHand).toContain("get-bucket-notification-configuration --bucket invoices");
    expect(byHand).toContain("+ {EventBridgeConfiguration: {}}");
  });

  test("names the caller if there is an event", () => {
    expect(alertOf({ kind: "interfered", changes: [] }, trigger)).toMatchObject({
      actor: { arn: "arn:aws:iam::111122223333:user/alice" },
      event: { id: "event-1", name: "PutBucketNotification", time: "2026-11-21T05:00:00Z" },
    });
  });

  test("lists twenty changes at most", () => {
    const changes = Array.from({ length: 30 }, (_, at) => `change ${at}`);
    expect(alertOf({ kind: "interfered", changes }).reasons).toHaveLength(21);
  });
});
