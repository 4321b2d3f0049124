import * as z from "zod";
import { cut, longest } from "#core/cut";
import { ours } from "#core/event/ours";
import { eventFields } from "#core/event/record";
import { triggerSchema } from "#core/event/trigger-schema";
import { counted } from "./counts.ts";
import { type RunKind, runKinds } from "./run.ts";

/** Buckets of one message: their states are read by one call. */
export const MAX_NAMES = 10;

const runId = z.string().regex(/^[A-Za-z0-9-]{1,100}$/);

/**
 * What the sweep queue takes. `start` begins a run, `names` lists its buckets, `close` ends it,
 * `resume` goes on with one that was halted. `tick` has the buckets looked at whose time has come.
 * `digest` tells what a day brought.
 * `keys` looks at KMS keys.
 */
export const sweepMessage = z.discriminatedUnion("schema", [
  ours("bucketseal.start/1", {
    kind: z.enum(runKinds).default("sweep"),
    by: z.string().min(1).max(longest.arn),
    /** A push: the version in force now, and the one before it. */
    to: z.number().int().positive().optional(),
    from: z.number().int().nonnegative().optional(),
    /** The execution of the schedule; for people who read the queue. */
    id: z.string().max(longest.name).optional(),
  }),
  ours("bucketseal.names/1", {
    run: runId,
    /** Where ListBuckets goes on; `null`: at the beginning. */
    token: z.string().max(4096).nullable(),
  }),
  ours("bucketseal.close/1", { run: runId }),
  ours("bucketseal.tick/1", {}),
  ours("bucketseal.digest/1", {
    /** The time that the schedule was for: until then the digest goes. */
    at: z.iso.datetime(),
  }),
  ours("bucketseal.keys/1", {
    /** Those to look at; `null`: all that the policy names, and those that are at risk. */
    arns: z.array(z.string().max(longest.key)).max(100).nullable(),
    trigger: triggerSchema.nullable(),
    /** Whether it is the second look for an event: KMS is eventually consistent. */
    again: z.boolean(),
  }),
  ours("bucketseal.resume/1", { kind: z.enum(runKinds), by: z.string().min(1).max(longest.arn) }),
]);

export type SweepMessage = z.infer<typeof sweepMessage>;

type Said<Name extends string> = Extract<SweepMessage, { schema: Name }>;

export type StartMessage = Said<"bucketseal.start/1">;
export type NamesMessage = Said<"bucketseal.names/1">;
export type DigestMessage = Said<"bucketseal.digest/1">;
export type CloseMessage = Said<"bucketseal.close/1">;
export type ResumeMessage = Said<"bucketseal.resume/1">;
export type KeysMessage = Said<"bucketseal.keys/1">;

/** A person's message that starts a sweep. */
export function startMessage(by: string): StartMessage {
  return { schema: "bucketseal.start/1", kind: "sweep", by: cut(by, longest.arn) };
}

/** A person's message that goes on with a halted run. */
export function resumeMessage(kind: RunKind, by: string): ResumeMessage {
  return { schema: "bucketseal.resume/1", kind, by: cut(by, longest.arn) };
}

/** A bucket of a batch whose look was put off, or failed. */
const againSchema = z.strictObject({
  bucket: eventFields.bucket,
  after: z.array(z.enum(["settle", "recheck", "busy"])),
  since: z.iso.datetime().nullable(),
});

export type Again = z.infer<typeof againSchema>;

/**
 * What the lane takes: some buckets of a run. A batch that could not be finished is sent again with
 * those buckets that are left (`again`), and what was counted of the others.
 */
export const batchSchema = ours("bucketseal.batch/1", {
  run: runId,
  batch: z.string().regex(/^[0-9a-f]{16}$/),
  names: z.array(eventFields.bucket).max(MAX_NAMES),
  again: z.array(againSchema).max(MAX_NAMES),
  counts: z.record(z.enum(counted), z.number().int().nonnegative()).nullable(),
});

export type BatchMessage = z.infer<typeof batchSchema>;
