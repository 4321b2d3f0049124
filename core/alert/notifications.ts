import type { Trigger } from "#core/event/trigger";
import type { BucketRef } from "#core/names";
import type { Outcome } from "#core/outcome";
import type { Severity } from "#core/reason/severity";
import { safe } from "#core/safe";
import { causedBy, draft } from "./draft.ts";
import type { Alert } from "./schema.ts";

/**
 * What is found or done about a bucket's events to EventBridge, without which its objects are not
 * looked at as they are written.
 */
export type NotificationFinding =
  /** `why`: what kept Bucketseal from switching them on, if the rule let it. */
  | { readonly kind: "off"; readonly why: string | null }
  | { readonly kind: "unreadable"; readonly why: string }
  | { readonly kind: "switched on" }
  /**
   * Something else than the switch is not what it was: S3 replaces the whole configuration, and two
   * wrote it at the same time.
   */
  | { readonly kind: "interfered"; readonly changes: readonly string[] };

/** Makes the alert about a bucket's events. */
export function buildNotificationAlert(input: {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly ref: BucketRef;
  readonly rule: string;
  readonly finding: NotificationFinding;
  readonly trigger: Trigger | null;
}): Alert {
  const { ref, rule, finding, trigger } = input;
  return {
    ...draft(input, JUDGED[finding.kind]),
    rule,
    ...causedBy(trigger),
    reasons: reasonsOf(finding, rule),
    next: nextFor(finding, safe(ref.bucket), rule),
  };
}

// --- internal ---

const JUDGED: Readonly<Record<NotificationFinding["kind"], { outcome: Outcome; severity: Severity }>> = {
  off: { outcome: "reported", severity: "high" },
  unreadable: { outcome: "unreadable", severity: "high" },
  "switched on": { outcome: "changed", severity: "info" },
  interfered: { outcome: "failed", severity: "critical" },
};

const MAX_CHANGES = 20;
const MAX_TEXT = 500;

function reasonsOf(finding: NotificationFinding, rule: string): string[] {
  const meant = `rule ${rule} looks after objects by S3's own events`;
  switch (finding.kind) {
    case "off": {
      const off = `${meant}, and the bucket does not send its events to EventBridge: nothing that is written to it is looked at`;
      return finding.why === null ? [off] : [off, safe(finding.why, MAX_TEXT)];
    }
    case "unreadable":
      return [`${meant}, and whether the bucket sends them could not be read: ${safe(finding.why, MAX_TEXT)}`];
    case "switched on":
      return [`${meant}: the bucket's events to EventBridge were switched on, and nothing else was changed`];
    case "interfered":
      return [
        "the bucket's notifications were written by Bucketseal and by somebody else at the same time, and S3 keeps only one of the two",
        ...finding.changes.slice(0, MAX_CHANGES).map((change) => safe(change, MAX_TEXT)),
      ];
  }
}

function nextFor(finding: NotificationFinding, bucket: string, rule: string): string[] {
  switch (finding.kind) {
    case "off":
      return [
        `Switch them on, keeping what is there: ${command(bucket)}`,
        `Or let Bucketseal do it: say "manageNotifications: true" in rule ${rule} and deploy with BUCKETSEAL_MANAGE_NOTIFICATIONS=on.`,
      ];
    case "unreadable":
      return ["Let Bucketseal's role call s3:GetBucketNotification on the bucket."];
    case "switched on":
      return [
        "Nothing has to be done. It takes about five minutes to take effect; what was written before then was not looked at.",
      ];
    case "interfered":
      return [
        `See at once whether every trigger of the bucket is still there: aws s3api get-bucket-notification-configuration --bucket ${bucket}`,
        "What is missing is in CloudTrail, in the request of the other PutBucketNotification.",
      ];
  }
}

/** Reads, adds the switch, and writes what was read: S3 replaces the whole configuration. */
function command(bucket: string): string {
  const get = `aws s3api get-bucket-notification-configuration --bucket ${bucket}`;
  const merge = "jq -n '(try input catch {}) + {EventBridgeConfiguration: {}}'";
  return `aws s3api put-bucket-notification-configuration --bucket ${bucket} --skip-destination-validation --notification-configuration "$(${get} | ${merge})"`;
}
