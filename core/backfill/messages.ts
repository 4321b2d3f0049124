import * as z from "zod";
import { cut, longest } from "#core/cut";
import { ours, refSchema } from "#core/event/ours";
import type { BucketRef } from "#core/names";
import type { Selection } from "./selection.ts";
import { type BackfillWindow, timesOf } from "./window.ts";

/** Objects of one message. */
export const MAX_BATCH_OBJECTS = 50;

/** An existing object by its key and version; `null`: whichever is current. */
export type ObjectName = readonly [key: string, versionId: string | null];

const backfillId = z.string().regex(/^[A-Za-z0-9-]{1,100}$/);

const by = z.string().min(1).max(longest.arn);

const MAX_KEY = 1024;

/**
 * What the backfill queue takes: `start` begins a backfill of a bucket, `backfill` goes on with one
 * from its resume point, `move` pauses, resumes or cancels the one that is under way.
 */
export const backfillMessage = z.discriminatedUnion("schema", [
  ours("bucketseal.backfill-start/1", {
    ref: refSchema,
    by,
    prefix: z.string().max(MAX_KEY).default(""),
    versions: z.enum(["current", "all"]).default("current"),
    since: z.iso.datetime().nullable().default(null),
    until: z.iso.datetime().nullable().default(null),
    // What it closes: of a window there is one backfill, whoever sends this again.
    window: z
      .object({
        id: backfillId,
        kind: z.enum(["drift", "gap", "due"]),
        from: z.iso.datetime().nullable(),
        to: z.iso.datetime(),
      })
      .optional(),
  }),
  ours("bucketseal.backfill/1", { ref: refSchema, id: backfillId }),
  ours("bucketseal.backfill-move/1", { ref: refSchema, to: z.enum(["pause", "resume", "cancel"]), by }),
]);

export type BackfillMessage = z.infer<typeof backfillMessage>;

type Said<Name extends string> = Extract<BackfillMessage, { schema: Name }>;

export type BackfillStart = Said<"bucketseal.backfill-start/1">;
export type BackfillMove = Said<"bucketseal.backfill-move/1">;

/** The message that starts a backfill. */
export function backfillStart(ref: BucketRef, whose: string, selection: Selection): BackfillStart {
  return { schema: "bucketseal.backfill-start/1", ref, by: cut(whose, longest.arn), ...selection };
}

/** The message that starts the backfill of a window. */
export function windowStart(
  ref: BucketRef,
  whose: string,
  window: BackfillWindow,
  versions: Selection["versions"],
): BackfillStart {
  return { ...backfillStart(ref, whose, { prefix: "", versions, ...timesOf([window]) }), window };
}

/** The message that pauses, resumes or cancels the backfill of a bucket. */
export function backfillMove(ref: BucketRef, whose: string, to: BackfillMove["to"]): BackfillMove {
  return { schema: "bucketseal.backfill-move/1", ref, to, by: cut(whose, longest.arn) };
}

/**
 * What the object function takes from the queue of existing objects: names, and which backfill
 * asks. What is there under a name is read when it is looked at.
 */
export const objectBatchSchema = ours("bucketseal.objects/1", {
  ref: refSchema,
  backfill: backfillId,
  batch: z.string().regex(/^[0-9]{7,9}-[0-9]{2,3}$/),
  objects: z
    .array(z.tuple([z.string().min(1).max(MAX_KEY), z.string().min(1).max(MAX_KEY).nullable()]))
    .min(1)
    .max(MAX_BATCH_OBJECTS),
});

export type ObjectBatchMessage = z.infer<typeof objectBatchSchema>;
