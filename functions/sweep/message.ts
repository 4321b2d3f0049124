import type { SQSRecord } from "aws-lambda";
import { isOurs } from "#core/event/ours";
import { allIssues } from "#core/event/record";
import type { Home } from "#core/event/scope";
import { type SweepMessage, sweepMessage } from "#core/sweep/messages";
import { json } from "../queue/json.ts";
import { readUnsent, type UnsentMessage } from "../queue/unsent.ts";

type Read =
  | { readonly kind: "sweep"; readonly message: SweepMessage }
  | UnsentMessage
  | { readonly kind: "malformed"; readonly why: string };

/** Reads a message of the sweep queue. */
export function readSweepMessage(record: Pick<SQSRecord, "body">, home: Home): Read {
  const body = json(record.body);
  const found = sweepMessage.safeParse(body);
  if (found.success) return { kind: "sweep", message: found.data };
  const unsent = readUnsent(body, home);
  if (unsent !== null) return unsent;
  const what = isOurs(body) ? "a message of Bucketseal's own" : "no message of Bucketseal's own";
  return { kind: "malformed", why: `${what}: ${allIssues(found.error)}` };
}
