import { backfillHappened } from "#core/alert/existing/backfill";
import { jobHappened } from "#core/alert/existing/job";
import type { Outcome } from "#core/outcome";
import { safe } from "#core/safe";
import { accountsHappened } from "./accounts.ts";
import { digestHappened } from "./day-digest-text.ts";
import { fitting } from "./fitting.ts";
import { keyHappened } from "./key-text.ts";
import { memberHappened } from "./member.ts";
import { runHappened } from "./run-text.ts";
import type { Alert } from "./schema.ts";
import { alertText } from "./text.ts";

/** A message for SNS, to publish with `MessageStructure: json`. */
export interface AlertMessage {
  readonly subject: string;
  /**
   * A JSON object by protocol: readable text for email, the document (once: the limit is 256 KB)
   * for everything else.
   */
  readonly message: string;
  /** String attributes for filter policies; empty ones are omitted. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Formats an alert for SNS: a subject is one line of at most 100 UTF-16 units; an attribute must
 * not be empty or contain a character above U+FFFF. It always fits into what SNS takes.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function alertMessage(alert: Alert): AlertMessage {
  return fitting(alert, messageOf, bytesOf, MAX_BYTES);
}

// --- internal ---

/** SNS takes 256 KB with the attributes, and a queue that subscribes gets an envelope around it. */
const MAX_BYTES = 240_000;

function bytesOf({ message }: AlertMessage): number {
  return new TextEncoder().encode(message).length;
}

function messageOf(alert: Alert): AlertMessage {
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

const MAX_SUBJECT = 100;

const ABOVE_FFFF = /[\u{10000}-\u{10ffff}]/gu;

function subjectOf(alert: Alert): string {
  return `[${alert.severity}] Bucketseal: ${happened(alert)} in ${alert.account} ${alert.region}`;
}

function happened(alert: Alert): string {
  const { bucket, outcome, mode, policy, objects, run, backfill, job, key, digest, accounts, member } = alert;
  if (accounts !== undefined) return accountsHappened(accounts);
  if (digest !== undefined) return digestHappened(digest);
  if (run !== undefined) return runHappened(run);
  if (backfill !== undefined) return backfillHappened(bucket, backfill);
  if (job !== undefined) return jobHappened(bucket, job);
  if (key !== undefined) return keyHappened(key, alert);
  if (member !== undefined) return memberHappened(member);
  if (bucket === null) return policy?.kind === "refused" ? "policy version refused" : "policy changed";
  if (objects === null) return `${bucket} ${became("s", mode)[outcome]}`;
  return `objects of ${bucket} ${objects.rekeyed > 0 ? "re-keyed" : became("", mode)[outcome]}`;
}

function became(s: "" | "s", mode: Alert["mode"]): Readonly<Record<Outcome, string>> {
  return {
    "left alone": `need${s} no change`,
    reported: `differ${s} from policy, not changed${mode === "observe" ? " (observe)" : ""}`,
    changed: "changed to match policy",
    held: `differ${s} from policy, held back`,
    contested: "contested, no longer changed",
    unreadable: "could not be judged",
    exempt: "exempt",
    superseded: "changed by someone else",
    gone: "gone",
    failed: "could not be changed",
  };
}
