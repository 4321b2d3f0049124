import { gapWindow, timesOf } from "#core/backfill/window";
import type { Trigger } from "#core/event/trigger";
import type { BucketRef } from "#core/names";
import type { Outcome } from "#core/outcome";
import { bucketCommands, inAccount } from "#core/reason/bucket-commands";
import type { Severity } from "#core/reason/severity";
import { safe } from "#core/safe";
import { causedBy, draft } from "./draft.ts";
import type { Alert } from "./schema.ts";

/**
 * A finding about a bucket's events to EventBridge. Without them its objects are not checked as
 * they are written.
 */
export type NotificationFinding =
  /** `why`: what prevented Bucketseal from switching them on, if the rule allows it. */
  | { readonly kind: "off"; readonly why: string | null }
  | { readonly kind: "unreadable"; readonly why: string }
  | { readonly kind: "switched on" }
  /** They were off for a while; ISO 8601. */
  | {
      readonly kind: "gap";
      readonly from: string;
      readonly to: string;
      /** Whether a backfill of that time starts by itself. */
      readonly isClosing?: boolean;
    }
  /**
   * Something other than the switch changed: S3 replaces the whole configuration, and two writers
   * wrote it at the same time.
   */
  | { readonly kind: "interfered"; readonly changes: readonly string[] };

/** What was counted instead of told: times in ISO 8601. */
interface Counted {
  readonly count: number;
  readonly from: string;
  readonly to: string;
  readonly gap: Extract<NotificationFinding, { kind: "gap" }> | null;
}

/** Builds the alert about a bucket's events. */
export function buildNotificationAlert(input: {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly ref: BucketRef;
  /** Whether it is in another account or Region than the stage's own. */
  readonly isMember?: boolean | undefined;
  readonly rule: string;
  /** `null`: only what was counted is told. */
  readonly finding: NotificationFinding | null;
  readonly trigger: Trigger | null;
  readonly counted?: Counted | null;
  readonly repeated?: Alert["repeated"];
}): Alert {
  const { ref, isMember = false, rule, finding, trigger, counted = null, repeated } = input;
  const told = [finding, counted?.gap ?? null].filter((each) => each !== null);
  const next = told.flatMap((each) => nextFor(each, { ...ref, bucket: safe(ref.bucket) }, rule, isMember));
  return {
    ...draft(input, JUDGED[finding?.kind ?? "gap"]),
    rule,
    ...causedBy(trigger),
    reasons: [...told.flatMap((each) => reasonsOf(each, rule)), ...(counted === null ? [] : [countedText(counted)])],
    next: next.length === 0 ? [WHO] : [...new Set(next)],
    ...(repeated === undefined ? {} : { repeated }),
  };
}

// --- internal ---

const JUDGED: Readonly<Record<NotificationFinding["kind"], { outcome: Outcome; severity: Severity }>> = {
  off: { outcome: "reported", severity: "high" },
  unreadable: { outcome: "unreadable", severity: "high" },
  "switched on": { outcome: "changed", severity: "info" },
  gap: { outcome: "reported", severity: "high" },
  interfered: { outcome: "failed", severity: "critical" },
};

const WHO =
  "Find out who keeps switching the bucket's events off: the calls are named PutBucketNotification in CloudTrail.";
const MAX_CHANGES = 20;
const MAX_TEXT = 500;

function countedText({ count, from, to }: Counted): string {
  const times = count === 1 ? "one more time" : `${count} more times`;
  return `its events were switched off, on or missing ${times} between ${from} and ${to}, counted instead of told one by one`;
}

function reasonsOf(finding: NotificationFinding, rule: string): string[] {
  const meant = `rule ${rule} relies on S3's own events`;
  switch (finding.kind) {
    case "off": {
      const off = `${meant}, but the bucket does not send its events to EventBridge: objects written to it are not checked`;
      return finding.why === null ? [off] : [off, safe(finding.why, MAX_TEXT)];
    }
    case "unreadable":
      return [`${meant}, but whether the bucket sends them could not be read: ${safe(finding.why, MAX_TEXT)}`];
    case "switched on":
      return [`${meant}: the bucket's events to EventBridge were switched on, and nothing else was changed`];
    case "gap":
      return [
        `${meant}, and the bucket sent none between ${finding.from} and ${finding.to}: objects written in that time were not checked`,
      ];
    case "interfered":
      return [
        "Bucketseal and someone else changed the bucket's notifications at the same time, and S3 keeps only one of the two",
        ...finding.changes.slice(0, MAX_CHANGES).map((change) => safe(change, MAX_TEXT)),
      ];
  }
}

function nextFor(finding: NotificationFinding, ref: BucketRef, rule: string, isMember: boolean): string[] {
  const { account, bucket } = ref;
  const by = isMember ? ` (${inAccount(account)})` : "";
  switch (finding.kind) {
    case "off":
      return [
        `Switch them on, keeping the existing configuration: ${command(bucket)}${by}`,
        `Or let Bucketseal do it: set "manageNotifications: true" in rule ${rule} and deploy with BUCKETSEAL_MANAGE_NOTIFICATIONS=on${isMember ? `, and the member template in account ${account} with ManageNotifications=on` : ""}.`,
      ];
    case "unreadable":
      return ["Allow Bucketseal's role to call s3:GetBucketNotification on the bucket."];
    case "switched on":
      return [
        "Nothing to do. It takes effect within about five minutes; objects written before then were not checked.",
      ];
    case "gap":
      return [
        finding.isClosing === true
          ? "A backfill of that time, and of the five minutes after it, starts by itself; where objects were written then, an alert says what became of them."
          : `Look after the objects written to ${bucket} in that time, and in the five minutes after it: ${backfillOf(ref, isMember, finding)}. To list them: ${listing(bucket, finding.from)}${by}`,
        "Find out why the events were switched off, and what else was done with these credentials.",
      ];
    case "interfered":
      return [
        `Check now that no trigger of the bucket is missing: aws s3api get-bucket-notification-configuration --bucket ${bucket}${by}`,
        "To restore one, see the request of the other PutBucketNotification in CloudTrail.",
      ];
  }
}

/** The command that shows what the objects written in a gap need. */
function backfillOf(
  ref: BucketRef,
  isMember: boolean,
  { from, to }: Extract<NotificationFinding, { kind: "gap" }>,
): string {
  return bucketCommands(ref, isMember).backfill(timesOf([gapWindow("", from, to)]));
}

/** A command that lists the objects written since a time. */
function listing(bucket: string, from: string): string {
  return `aws s3api list-objects-v2 --bucket ${bucket} --query 'Contents[?LastModified>=\`${from}\`].[LastModified,Key]'`;
}

/**
 * A command that reads the configuration, adds the switch and writes it back: S3 replaces the whole
 * configuration.
 */
function command(bucket: string): string {
  const get = `aws s3api get-bucket-notification-configuration --bucket ${bucket}`;
  const merge = "jq -n '(try input catch {}) + {EventBridgeConfiguration: {}}'";
  return `aws s3api put-bucket-notification-configuration --bucket ${bucket} --skip-destination-validation --notification-configuration "$(${get} | ${merge})"`;
}
