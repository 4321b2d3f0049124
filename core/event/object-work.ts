import * as z from "zod";
import type { ObjectRef } from "#core/names";
import { partitionOf } from "#core/names";
import { allIssues, eventFields, malformed, type Unusable } from "./record.ts";
import type { ObjectTrigger } from "./trigger.ts";

/** A parsed object event: an object to look at, or nothing usable. */
export type ParsedObjectEvent =
  | { readonly kind: "work"; readonly object: ObjectRef; readonly trigger: ObjectTrigger }
  | Unusable;

/** Object and time as the event states them, not validated yet. */
export type RawEvent = Readonly<Record<keyof z.infer<typeof workSchema>, unknown>>;

/** The rest of a trigger, besides id and time: each kind of event states it differently. */
export type EventKind = Omit<ObjectTrigger, "eventId" | "eventTime">;

/**
 * The work that an event asks for, once it is validated.
 *
 * @param name - what error messages call the event
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
  /** https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html */
  versionId: z.string().min(1).max(MAX_KEY_BYTES, "longer than a version's id can be").optional(),
});

function objectOf(work: z.infer<typeof workSchema>): ObjectRef {
  const { account, region, bucket, key, versionId } = work;
  return {
    bucket: { partition: partitionOf(region), account, region, bucket },
    key,
    ...(versionId === undefined ? {} : { versionId }),
  };
}
