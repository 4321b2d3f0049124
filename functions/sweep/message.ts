import type { SQSRecord } from "aws-lambda";
import { envelopeSchema } from "#core/event/envelope";
import { type KeyEvent, parseKeyEvent } from "#core/event/key-event";
import { isOurs } from "#core/event/ours";
import { allIssues, type Unusable } from "#core/event/record";
import { eventInScope, type ForeignEvent, type Home, type RefusedEvent } from "#core/event/scope";
import type { OrgSettings } from "#core/org/settings";
import { isServiceEvent, type JobEvent, parseJobEvent } from "#core/sweep/job-event";
import { type SweepMessage, sweepMessage } from "#core/sweep/messages";
import { notCovered } from "../organization/places.ts";
import { json } from "../queue/json.ts";
import { readUnsent, type UnsentMessage } from "../queue/unsent.ts";

/** A parsed message of the sweep queue. */
type SweepRead =
  | { readonly kind: "sweep"; readonly message: SweepMessage }
  | UnsentMessage
  | ForeignEvent
  | RefusedEvent
  | Unusable;

/**
 * Reads a message of the sweep queue: one of ours, an alert that SNS did not take, or an event
 * about a KMS key or a job, which becomes the message that has it looked at.
 */
export function readSweepMessage(
  record: Pick<SQSRecord, "body">,
  home: Home,
  org: Pick<OrgSettings, "regions"> | null = null,
): SweepRead {
  const body = json(record.body);
  const found = sweepMessage.safeParse(body);
  if (found.success) {
    const why = notCovered(placeIn(found.data), home, org);
    return why === null ? { kind: "sweep", message: found.data } : { kind: "malformed", why };
  }
  const unsent = readUnsent(body, { ...home, org });
  if (unsent !== null) return unsent;
  if (isOurs(body)) return { kind: "malformed", why: `a message of Bucketseal's own: ${allIssues(found.error)}` };
  const event = eventInScope(body, { ...home, org }, parseEvent);
  if (event.kind === "job") return { kind: "sweep", message: { schema: "bucketseal.job/1", id: event.id } };
  if (event.kind !== "key") return event;
  const { arns, trigger } = event;
  const keys = { arns: [...arns], trigger, again: false, ...memberOf(body, home, org) };
  return { kind: "sweep", message: { schema: "bucketseal.keys/1", ...keys } };
}

// --- internal ---

/** Jobs are of this place only: what people start with the stage's own role. */
function parseEvent(body: unknown): KeyEvent | JobEvent | Unusable {
  return isServiceEvent(body) ? parseJobEvent(body) : parseKeyEvent(body);
}

/** The member place that sent an event; empty: it is home. */
function memberOf(body: unknown, home: Home, org: Pick<OrgSettings, "regions"> | null) {
  const { account, region } = envelopeSchema.safeParse(body).data ?? {};
  const isHome = org === null || (account === home.account && region === home.region);
  return isHome || account === undefined || region === undefined ? {} : { account, region };
}

function placeIn(message: SweepMessage) {
  return "account" in message ? { region: undefined, ...message } : {};
}
