import * as z from "zod";
import { cut, longest } from "#core/cut";
import { ours } from "#core/event/ours";
import { eventFields } from "#core/event/record";
import { triggerSchema } from "#core/event/trigger-schema";
import { counted } from "./counts.ts";
import { jobId } from "./job-event.ts";
import { type RunKind, runKinds } from "./run.ts";

/** Buckets of one message: their states are read by one call. */
export const MAX_NAMES = 10;

const account = eventFields.account.optional();

const runId = z.string().regex(/^[A-Za-z0-9-]{1,100}$/);

/**
 * What the sweep queue takes, of the hub's own account and Region, or of a member `account`: all of
 * its covered Regions are one run. `start` begins a run, `names` lists its buckets, `close` ends
 * it, `resume` goes on with one that was halted. `tick` has the buckets looked at whose time has
 * come. `digest` tells what a day brought. `keys` looks at KMS keys. `job` tells of a job of S3
 * Batch Operations that has ended, `missed-jobs` finds those that no event told of. `members`
 * starts a run in each account of the organization, `report` tells what changed about them.
 */
export const sweepMessage = z.discriminatedUnion("schema", [
  ours("bucketseal.start/1", {
    kind: z.enum(runKinds).default("sweep"),
    by: z.string().min(1).max(longest.arn),
    /** Absent: the home place, and every member where the schedule or `all` says so. */
    account: z.union([eventFields.account, z.literal("all")]).optional(),
    /** The message that started it in each account: two of one origin make one run. */
    origin: z.string().max(longest.name).optional(),
    /** A push: the version in force now, and the one before it. */
    to: z.number().int().positive().optional(),
    from: z.number().int().nonnegative().optional(),
    /** The execution of the schedule; for people who read the queue. */
    id: z.string().max(longest.name).optional(),
  }),
  ours("bucketseal.names/1", {
    run: runId,
    account,
    /** Where the list goes on: ListBuckets, or accounts; `null`: at the beginning. */
    token: z.string().max(4096).nullable(),
  }),
  ours("bucketseal.close/1", { run: runId, account }),
  ours("bucketseal.tick/1", {}),
  ours("bucketseal.digest/1", {
    /** The time that the schedule was for: until then the digest goes. */
    at: z.iso.datetime(),
  }),
  ours("bucketseal.members/1", { origin: z.string().max(longest.name), by: z.string().min(1).max(longest.arn) }),
  ours("bucketseal.report/1", { origin: z.string().max(longest.name) }),
  ours("bucketseal.keys/1", {
    account,
    region: eventFields.region.optional(),
    /** Those to look at; `null`: all that the policy names, and those that are at risk. */
    arns: z.array(z.string().max(longest.key)).max(100).nullable(),
    trigger: triggerSchema.nullable(),
    /** Whether it is the second look for an event: KMS is eventually consistent. */
    again: z.boolean(),
  }),
  ours("bucketseal.job/1", { id: jobId }),
  ours("bucketseal.missed-jobs/1", {}),
  ours("bucketseal.resume/1", { kind: z.enum(runKinds), by: z.string().min(1).max(longest.arn), account }),
]);

export type SweepMessage = z.infer<typeof sweepMessage>;

type Said<Name extends string> = Extract<SweepMessage, { schema: Name }>;

export type StartMessage = Said<"bucketseal.start/1">;
export type NamesMessage = Said<"bucketseal.names/1">;
export type DigestMessage = Said<"bucketseal.digest/1">;
export type CloseMessage = Said<"bucketseal.close/1">;
export type ResumeMessage = Said<"bucketseal.resume/1">;
export type JobMessage = Said<"bucketseal.job/1">;
export type KeysMessage = Said<"bucketseal.keys/1">;
export type MembersMessage = Said<"bucketseal.members/1">;
export type ReportMessage = Said<"bucketseal.report/1">;

/**
 * A person's message that starts a sweep: at home, in a member account, or in `all` and at home.
 */
export function startMessage(by: string, account?: string): StartMessage {
  return { schema: "bucketseal.start/1", kind: "sweep", by: cut(by, longest.arn), ...(account ? { account } : {}) };
}

/** A person's message that goes on with a halted run, at home or of a member account. */
export function resumeMessage(kind: RunKind, by: string, account?: string): ResumeMessage {
  return { schema: "bucketseal.resume/1", kind, by: cut(by, longest.arn), ...(account ? { account } : {}) };
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
  /** Where its buckets are; absent: at home. */
  account,
  region: eventFields.region.optional(),
  /** The run of a push is the hub's own, wherever its buckets are. */
  kind: z.literal("push").optional(),
  again: z.array(againSchema).max(MAX_NAMES),
  counts: z.record(z.enum(counted), z.number().int().nonnegative()).nullable(),
});

export type BatchMessage = z.infer<typeof batchSchema>;
