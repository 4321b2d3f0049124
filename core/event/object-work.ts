import { z } from "zod";
import type { ObjectRef } from "#core/names";
import { partitionOf } from "#core/names";
import { allIssues, eventFields, malformed, type Unusable } from "./record.ts";
import type { ObjectTrigger } from "./trigger.ts";

/**
 * What an event about an object asks of us: to look at the object, nothing, or it cannot be
 * understood.
 */
export type ParsedObjectEvent =
  | { readonly kind: "work"; readonly object: ObjectRef; readonly trigger: ObjectTrigger }
  | Unusable;

/** Where and when, as an event says it: nothing of it is checked yet. */
export type RawEvent = Readonly<Record<keyof z.infer<typeof workSchema>, unknown>>;

/**
 * What a trigger holds beyond id and time: each kind of event has its own way of saying who did
 * what.
 */
export type EventKind = Omit<ObjectTrigger, "eventId" | "eventTime">;

/**
 * The work that an event asks for, if it is fit to act upon.
 *
 * @param name - what the event is called where something is wrong with it
 */
export function objectWork(name: string, raw: RawEvent, kind: EventKind): ParsedObjectEvent {
  const work = workSchema.safeParse(raw);
  if (!work.success) return malformed(`${name}: ${allIssues(work.error)}`);
  const { eventId, eventTime } = work.data;
  return { kind: "work", object: objectOf(work.data), trigger: { ...kind, eventId, eventTime } };
}

// --- internal ---

const MAX_KEY_BYTES = 1024;

const workSchema = z.object({
  ...eventFields,
  key: z
    .string()
    .min(1)
    .refine((key) => new TextEncoder().encode(key).length <= MAX_KEY_BYTES, "longer than a key can be"),
  versionId: z.string().min(1).optional(),
});

function objectOf(work: z.infer<typeof workSchema>): ObjectRef {
  const { account, region, bucket, key, versionId } = work;
  return {
    bucket: { partition: partitionOf(region), account, region, bucket },
    key,
    ...(versionId === undefined ? {} : { versionId }),
  };
}
