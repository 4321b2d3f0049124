import type { Plan } from "#core/decide/plan";
import type { Trigger } from "#core/event/trigger";
import { adviceFor } from "#core/reason/advice";
import type { Reason } from "#core/reason/reason";
import { severityOf } from "#core/reason/severity";
import { actorShown } from "./actor-shown.ts";
import type { Alert } from "./alert-schema.ts";
import { alertText } from "./alert-text.ts";
import type { BucketEncryption, WantedEncryption } from "./encryption.ts";
import type { BucketRef } from "./names.ts";
import type { Outcome } from "./outcome.ts";
import { safe } from "./safe.ts";

export type { Alert };

/** What an alert about a bucket is made of. */
export interface AlertInput {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly outcome: Outcome;
  readonly ref: BucketRef;
  readonly plan: Pick<Plan, "rule" | "mode" | "before" | "after" | "declaredKey" | "reasons">;
  /** Instead of the plan's own reasons. */
  readonly reasons?: readonly Reason[];
  /** Texts of reasons that were recorded earlier, with the intent. */
  readonly intentReasons?: readonly string[];
  readonly trigger: Trigger | null;
}

/**
 * Makes the alert about a bucket (`schema/alert.schema.json`). Every text that somebody else chose is rendered safely here;
 * reasons are where they are made, and once more in case one was not.
 */
export function buildAlert(input: AlertInput): Alert {
  const { id, now, outcome, ref, plan, trigger } = input;
  const reasons = input.reasons ?? plan.reasons;
  const codes = reasons.map((reason) => reason.code);
  return {
    schema: "bucketseal.alert/1",
    id,
    time: new Date(now).toISOString(),
    outcome,
    severity: severityOf(outcome, codes),
    account: ref.account,
    region: ref.region,
    bucket: safe(ref.bucket),
    rule: plan.rule,
    mode: plan.mode,
    actor: trigger === null ? null : actorShown(trigger.actor),
    event:
      trigger === null ? null : { id: safe(trigger.eventId), name: safe(trigger.eventName), time: trigger.eventTime },
    before: plan.before === null ? null : encryptionShown(plan.before),
    after: plan.after === null ? null : encryptionShown(plan.after),
    reasons: [...(input.intentReasons ?? []), ...reasons.map((reason) => reason.text)].map(safeAgain),
    next: [
      ...adviceFor(outcome, codes, {
        ref: { ...ref, bucket: safe(ref.bucket) },
        rule: plan.rule,
        declaredKey: plan.declaredKey,
      }),
    ],
    latencyMs: trigger === null ? null : latency(trigger.eventTime, now),
    policy: null,
    objects: null,
  };
}

/** What SNS is to publish, with `MessageStructure: json`. */
export interface AlertMessage {
  readonly subject: string;
  /** A JSON object by protocol: readable text for email, the document itself (once: 256 KB is all there is) for everything else. */
  readonly message: string;
  /** String attributes for filter policies; what is empty is left out. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Makes an alert ready for SNS: a subject takes 100 UTF-16 units in one line, an attribute must not be empty and takes no character
 * above U+FFFF.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function alertMessage(alert: Alert): AlertMessage {
  const document = JSON.stringify(alert);
  const { account, region, bucket, outcome, severity, rule } = alert;
  return {
    subject: safe(subjectOf(alert), MAX_SUBJECT),
    message: JSON.stringify({ default: document, email: alertText(alert) }),
    attributes: Object.fromEntries(
      Object.entries({ account, region, bucket, outcome, severity, rule })
        .filter((entry): entry is [string, string] => Boolean(entry[1]))
        .map(([name, value]) => [name, value.replace(ABOVE_FFFF, "\u{fffd}")]),
    ),
  };
}

// --- internal ---

const MAX_SUBJECT = 100;
const ABOVE_FFFF = /[\u{10000}-\u{10ffff}]/gu;

function subjectOf({ bucket, outcome, severity, account, region, objects }: Alert): string {
  const became = objects !== null && objects.rekeyed > 0 ? "re-keyed" : outcome;
  const who = bucket === null ? "the policy was" : objects === null ? `${bucket} was` : `objects of ${bucket} were`;
  return `Bucketseal: ${who} ${became} (${severity}) in ${account} ${region}`;
}

/** What is safe already stays as it is: its backslashes are those of `safe` itself. */
function safeAgain(text: string): string {
  return text
    .split("\\")
    .map((part) => safe(part))
    .join("\\");
}

function encryptionShown(encryption: BucketEncryption | WantedEncryption): NonNullable<Alert["before"]> {
  const { algorithm, key, bucketKey, sseC } = encryption;
  return {
    ...(algorithm === undefined ? {} : { algorithm: safe(algorithm) }),
    ...(key === undefined ? {} : { key: safe(key) }),
    bucketKey,
    sseC,
  };
}

/** CloudTrail's clock may be ahead of ours; an unreadable time tells nothing. */
function latency(eventTime: string, now: number): number | null {
  const took = Math.round(now - Date.parse(eventTime));
  return Number.isNaN(took) ? null : Math.max(0, took);
}
