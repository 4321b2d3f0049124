import * as z from "zod";
import { longest } from "#core/cut";
import { eventFields } from "./record.ts";
import type { Trigger } from "./trigger.ts";

/**
 * An event in a message to ourselves, as a look, the ledger and the alert rely on it: every field
 * of it, since whoever may send to the queue is not always Bucketseal.
 */
export const triggerSchema = z.custom<Trigger>((value) => fields.safeParse(value).success);

// --- internal ---

const name = z.string().max(longest.name);
const text = name.nullable();

const fields = z.strictObject({
  eventId: eventFields.eventId,
  eventName: name.min(1),
  eventTime: eventFields.eventTime,
  actor: z.strictObject({
    type: name,
    arn: z.string().max(longest.arn).nullable(),
    accountId: text,
    session: text,
    sourceIdentity: text,
    sourceIp: text,
    invokedBy: text,
  }),
  /** Missing in messages that were postponed by a version before this field. */
  issuer: z.string().max(longest.arn).nullish(),
  requested: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("tags"), tags: z.record(z.string(), z.string()) }),
      z.strictObject({ kind: z.literal("notifications"), sendsEvents: z.boolean() }),
      z.strictObject({
        kind: z.literal("encryption"),
        encryption: z.strictObject({
          algorithm: z.string().optional(),
          key: z.string().optional(),
          bucketKey: z.boolean(),
          sseC: z.enum(["SSE-C", "NONE", "not-stated"]),
        }),
      }),
    ])
    .nullable(),
});
