/** Alerts: one document, the builders that create it, its text and its SNS message. */

import * as z from "zod";
import { modes, outcomes } from "#core/outcome";
import { severities } from "#core/reason/severity";
import { counted } from "#core/sweep/counts";
import { runKinds } from "#core/sweep/run";

const memberNews = ["not enrolled", "unreachable", "refused event"] as const;

const text = z.string().nullable();

const encryption = z
  .object({
    algorithm: z.string().optional().describe("As S3 returns it; absent if the bucket has no default."),
    key: z
      .string()
      .optional()
      .describe("As stored: key ARN, alias ARN, key id or alias name; absent if there is none."),
    bucketKey: z.boolean(),
    sseC: z.enum(["SSE-C", "NONE", "not-stated"]).describe("SSE-C: blocked. NONE: allowed."),
  })
  .describe("A bucket's default encryption.");

const actor = z
  .object({
    type: z.string().describe("CloudTrail's userIdentity.type, such as IAMUser, AssumedRole, Root or AWSAccount."),
    arn: text.describe("Missing for callers from another account and for AWS services."),
    accountId: text,
    session: text.describe("The role session's name."),
    sourceIdentity: text,
    sourceIp: text.describe("Missing if an AWS service made the call."),
    invokedBy: text.describe(
      "The AWS service that made the call on behalf of the caller, such as cloudformation.amazonaws.com.",
    ),
  })
  .describe("Who made the call.");

const count = z.number().int().nonnegative();

const objects = z
  .object({
    from: z.string().describe("Start of the window, ISO 8601."),
    to: z.string().describe("End of the window, ISO 8601."),
    counts: z.record(z.string(), count).describe("Objects by outcome; those that needed nothing are not counted."),
    reasons: z.record(z.string(), count).describe("Objects by reason code."),
    rekeyed: count.describe("Objects encrypted with a key outside the policy, or with SSE-C."),
    actors: z.array(actor).describe("Some of their writers."),
    samples: z
      .array(
        z.object({
          key: z.string(),
          versionId: text,
          outcome: z.enum([...outcomes, "re-keyed"]),
          reason: text,
        }),
      )
      .describe("At most 20 of the objects."),
    unconfirmed: z.array(z.string()).describe("Keys whose repair was started but never recorded as finished."),
  })
  .describe("What happened to a bucket's objects in a window of time.");

const folded = z.object({
  actor: text.describe("Whose doing it was: a role, a user or a service; null: nobody is known."),
  count: count.describe("How often."),
  from: z.string().describe("The first time, ISO 8601."),
  to: z.string().describe("The last time, ISO 8601."),
  changes: z
    .array(z.string())
    .describe("The ids of Bucketseal's own changes among it: they have no other alert, but an entry in the history."),
});

const repeated = z
  .object({
    incident: z.string().describe("The id of the first alert about it, the same in every later one."),
    times: count.describe("How often this actor did it, this time included."),
    since: z.string().describe("The first time, ISO 8601."),
    folded: z.array(folded).describe("What was counted since the last alert instead of being told one by one."),
  })
  .describe("Something that was told before.");

const contest = z
  .object({
    ours: z.string().describe("The role that wrote."),
    theirs: z.array(z.string()).describe("Those who undid it, as far as events name them."),
    writes: count.describe("How often it was written before Bucketseal stopped."),
    since: z.string().describe("Since when the breaker is open, ISO 8601."),
    until: z.string().describe("Until when nothing is written, ISO 8601: then there is one trial."),
  })
  .describe("A fight about a bucket's configuration.");

const moved = z.object({
  kind: z.literal("moved"),
  from: z.number().int().nullable().describe("The version that was in force before; null for the first one."),
  to: z.number().int().describe("The version in force now."),
  by: text.describe("Who moved the pointer, if known."),
  weaker: z.array(z.string()).describe("What is declared weaker than before, one sentence each."),
  stronger: z.array(z.string()).describe("What is declared stronger than before, one sentence each."),
});

const runCounts = z.object(
  Object.fromEntries(counted.map((name) => [name, count])) as Record<(typeof counted)[number], typeof count>,
);

const run = z
  .object({
    id: z.string(),
    kind: z.enum(runKinds).describe("sweep: over all buckets. push: over those that a change of policy concerns."),
    state: z.enum(["done", "halted"]).describe("halted: too many of its writes failed or were held."),
    by: z.string().describe("Who started it: an ARN, or `schedule`."),
    version: z.number().int().nullable().describe("The version of the policy that was pushed; null for a sweep."),
    from: z.string().describe("When it began, ISO 8601."),
    to: z.string().describe("When it ended or stopped, ISO 8601."),
    counts: runCounts.describe("Buckets looked at, and what became of them."),
    before: runCounts.nullable().describe("What the run before it found; null if there was none."),
  })
  .describe("A pass over many buckets.");

const backfill = z
  .object({
    id: z.string(),
    state: z
      .enum(["done", "cancelled", "failed"])
      .describe("cancelled: by a person. failed: its objects could not be listed, or not all of them be looked at."),
    by: z.string().describe("Who started it: an ARN."),
    prefix: z.string().describe("Only keys that begin so; empty: all."),
    versions: z.enum(["current", "all"]),
    since: text.describe("Only what was written then or later, ISO 8601."),
    until: text.describe("Only what was written before then, ISO 8601."),
    listed: count.describe("Objects that were asked for, versions counted one by one."),
    looked: count.describe("Those that were looked at."),
    how: z.record(z.string(), count).describe("Those that were re-encrypted, by how."),
    movedBytes: count.describe("Bytes that S3 had to move."),
    windows: z
      .array(
        z.object({
          kind: z
            .enum(["drift", "gap", "due"])
            .describe(
              "drift: the bucket's default was another one. gap: it sent no events. due: the rule's backfillEvery.",
            ),
          from: text.describe("ISO 8601; null if since when is not known."),
          to: z.string().describe("ISO 8601."),
        }),
      )
      .optional()
      .describe("The times that it closes; only where it started by itself."),
  })
  .describe("A pass over the existing objects of a bucket; what became of them is in `objects`.");

const job = z
  .object({
    id: z.string().describe("S3's id of the job."),
    kind: z
      .string()
      .describe("The kind of its objects: sse-s3, bucket-key, listed, or the ARN of a key they were under."),
    state: z
      .enum(["complete", "cancelled", "failed"])
      .describe("cancelled: by a person, in the middle. failed: S3 gave it up."),
    total: count.describe("Objects that it was for."),
    updated: count.describe("Those that it brought under the declared key."),
    failed: count.describe("Those that it could not, the locked ones included."),
    errors: z
      .record(z.string(), z.object({ count, text: z.string().describe("What S3 said of one of them.") }))
      .nullable()
      .describe("Those that failed, by error code; null: the job's report could not be read."),
  })
  .describe("A job of S3 Batch Operations; what became of its objects is in `objects`, too.");

const key = z
  .object({
    arn: z.string().describe("The key's ARN; the alias's where it names none."),
    name: z.string().describe("As the policy, or whoever acted, names it: the ARN of the key or of an alias."),
    state: z
      .string()
      .describe(
        "KMS's key state, such as PendingDeletion; or missing, moved (an alias that names another key), refused or unclear (by the key's policy), or the error of a read.",
      ),
    using: count.describe("Managed buckets whose default it is."),
    declared: count.describe("Managed buckets that are to be encrypted under it and are not yet."),
    deletion: text.describe("When the key is deleted for good, ISO 8601; null: it is not to be."),
  })
  .describe("A KMS key that buckets depend on.");

const digest = z
  .object({
    from: z.string().describe("Since when, ISO 8601."),
    to: z.string().describe("Until when, ISO 8601."),
    changes: z.record(z.string(), count).describe("New entries in the histories of all buckets, by outcome."),
    changed: z
      .array(z.object({ bucket: z.string(), outcome: z.enum(outcomes), at: z.string(), actor: text }))
      .describe("The newest of them, at most 20."),
    waiting: z.record(z.string(), count).describe("Buckets that wait for somebody, by outcome."),
    oldest: z
      .array(z.object({ bucket: z.string(), outcome: z.enum(outcomes), since: z.string(), rule: text }))
      .describe("Those that have waited for the longest time, at most 20."),
  })
  .describe("What a day brought.");

const member = z
  .object({
    kind: z
      .enum(memberNews)
      .describe(
        "not enrolled: the account's member role cannot be assumed, so nothing of it was looked at. unreachable: it can, and its buckets could not be listed. refused event: an event of the account whose record disagrees with its envelope.",
      ),
    account: z.string().describe("The account that it is about."),
    why: z.string().describe("What AWS says, or what disagrees."),
  })
  .describe("An account of the organization.");

const accounts = z
  .object({
    counts: z.record(z.string(), count).describe("Accounts by enrolment."),
    changed: count.describe("Accounts that a sweep found otherwise than was told before."),
    samples: z
      .array(
        z.object({
          account: z.string(),
          name: text,
          enrolment: text.describe(
            "enrolled; not enrolled: its role cannot be assumed; unreachable: its buckets cannot be listed; suspended: it is left out; null: not tried yet.",
          ),
          notOptedIn: z.array(z.string()).describe("Covered Regions that the account has not opted in to."),
          before: text.describe("What was told of it before; null if nothing."),
        }),
      )
      .describe("At most 20 of them."),
  })
  .describe("What changed about the organization's accounts.");

const refused = z.object({
  kind: z.literal("refused"),
  version: z.number().int().nullable().describe("The version that was refused, if known."),
  why: z.string(),
});

/** What is told of an account of the organization. */
export type MemberNews = (typeof memberNews)[number];

/**
 * The alert document, one JSON object for every subscriber except email. Fields may be added within
 * `bucketseal.alert/1`; none will be removed or change its meaning. Untrusted text is escaped by
 * `safe()`.
 */
export const alertSchema = z
  .object({
    schema: z.literal("bucketseal.alert/1"),
    id: z.string().min(1).describe("The same for every delivery of this alert."),
    time: z.iso.datetime().describe("When the alert was made."),
    outcome: z
      .enum(outcomes)
      .describe(
        'Completes the sentence "the bucket was …" ("the policy was …" where bucket is null). A run over many buckets has the worst of theirs.',
      ),
    severity: z.enum(severities),
    account: z.string(),
    accountName: z
      .string()
      .optional()
      .describe("What the account is called in its organization; only where a hub knows it."),
    region: z.string(),
    bucket: text.describe("null: the alert is about the policy, a key, an account, a run over many buckets, or a day."),
    rule: text.describe("The id of the rule that applied; null if none did or it could not be determined."),
    mode: z.enum(modes).nullable().describe("The rule's own mode."),
    actor: actor.nullable().describe("null: the look was not caused by an event."),
    event: z
      .object({ id: z.string().describe("CloudTrail's eventID."), name: z.string(), time: z.string() })
      .nullable(),
    before: encryption.nullable().describe("What was observed; null if nothing was."),
    after: encryption.nullable().describe("What was written, or would be; null if nothing."),
    reasons: z.array(z.string()).describe("Why, one sentence each, for people."),
    next: z.array(z.string()).describe("What to do about it, one sentence each, most urgent first."),
    latencyMs: z.number().int().nonnegative().nullable().describe("Milliseconds from the event's time to this alert."),
    policy: z
      .discriminatedUnion("kind", [moved, refused])
      .nullable()
      .describe("Only where the alert is about the policy."),
    objects: objects.nullable().describe("Only where the alert is about the bucket's objects."),
    run: run.optional().describe("Only where the alert is about a sweep, or about the buckets that a push concerns."),
    backfill: backfill.optional().describe("Only where the alert is about a backfill."),
    job: job.optional().describe("Only where the alert is about a job of S3 Batch Operations."),
    key: key.optional().describe("Only where the alert is about a KMS key."),
    accounts: accounts.optional().describe("Only where the alert is about accounts of the organization."),
    digest: digest.optional().describe("Only where the alert is the daily digest."),
    member: member.optional().describe("Only where the alert is about an account of the organization."),
    repeated: repeated.optional().describe("Only where it is not the first time, or several are told."),
    contest: contest.optional().describe("Only where the outcome is contested."),
  })
  .describe("An alert of Bucketseal.");

export type Alert = z.infer<typeof alertSchema>;
