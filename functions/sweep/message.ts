import type { SQSRecord } from "aws-lambda";
import { parseKeyEvent } from "#core/event/key-event";
import { isOurs } from "#core/event/ours";
import { allIssues, type Unusable } from "#core/event/record";
import { eventInScope, type ForeignEvent, type Home } from "#core/event/scope";
import { type SweepMessage, sweepMessage } from "#core/sweep/messages";
import { json } from "../queue/json.ts";
import { readUnsent, type UnsentMessage } from "../queue/unsent.ts";

/** A parsed message of the sweep queue. */
type SweepRead = { readonly kind: "sweep"; readonly message: SweepMessage } | UnsentMessage | ForeignEvent | Unusable;

/**
 * Reads a message of the sweep queue: one of ours, an alert that SNS did not take, or an event
 * about a KMS key, which becomes the message that has the key looked at.
 */
export function readSweepMessage(record: Pick<SQSRecord, "body">, home: Home): SweepRead {
  const body = json(record.body);
  const found = sweepMessage.safeParse(body);
  if (found.success) return { kind: "sweep", message: found.data };
  const unsent = readUnsent(body, home);
  if (unsent !== null) return unsent;
  if (isOurs(body)) return { kind: "malformed", why: `a message of Bucketseal's own: ${allIssues(found.error)}` };
  const event = eventInScope(body, home, parseKeyEvent);
  if (event.kind !== "key") return event;
  const { arns, trigger } = event;
  return { kind: "sweep", message: { schema: "bucketseal.keys/1", arns: [...arns], trigger, again: false } };
}
