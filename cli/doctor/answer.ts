import type { Fact } from "#core/fact";
import { safe } from "#core/safe";

/** What a check found. What could not be read is `unknown`, never `ok`. */
export interface Answer {
  readonly answer: "ok" | "finding" | "unknown";
  /** What was seen, in one sentence. */
  readonly says: string;
  /** How to fix it, or how to find out, in one sentence; `null`: nothing is to be done. */
  readonly fix: string | null;
}

export function ok(says: string): Answer {
  return { answer: "ok", says, fix: null };
}

export function finding(says: string, fix: string): Answer {
  return { answer: "finding", says, fix };
}

export function notKnown(says: string, fix: string): Answer {
  return { answer: "unknown", says, fix };
}

/**
 * How something is put back that was changed beside its stack: a deployment with the same template
 * does not touch it. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html
 */
export const RESTORE =
  "find out in CloudTrail who changed it, then restore the stack: a change set with --deployment-mode REVERT_DRIFT (docs/runbook.md)";

/** The answer for something that could not be read, by a call that needs this permission. */
export function unread({ error }: Extract<Fact<unknown>, { known: false }>, what: string, action: string): Answer {
  return notKnown(
    `${what} could not be read: ${safe(error.name)}`,
    `use credentials that are allowed to ${action}, and run it again`,
  );
}
