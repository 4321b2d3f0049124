import { safe } from "#core/safe";
import type { Alert } from "./schema.ts";
import { alertText } from "./text.ts";

/** What SNS is to publish, with `MessageStructure: json`. */
export interface AlertMessage {
  readonly subject: string;
  /**
   * A JSON object by protocol: readable text for email, the document itself (once: 256 KB is all
   * there is) for everything else.
   */
  readonly message: string;
  /** String attributes for filter policies; what is empty is left out. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * Makes an alert ready for SNS: a subject takes 100 UTF-16 units in one line, an attribute must not
 * be empty and takes no character above U+FFFF.
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
