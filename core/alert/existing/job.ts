import { emptyWindow } from "#core/alert/digest";
import { buildObjectAlert } from "#core/alert/objects";
import type { Alert } from "#core/alert/schema";
import type { JobEnd } from "#core/jobs/job-end";
import { isLocked } from "#core/jobs/job-failures";
import { safe } from "#core/safe";

/** Builds the one alert about a job of S3 Batch Operations that has ended. */
export function buildJobAlert(input: {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly job: JobEnd;
}): Alert {
  const { id, ref, kind, state, why, created, ended, objects: total, updated, failed, failures } = input.job;
  const held = failures?.locked ?? 0;
  const counts = { changed: updated, held, failed: failed - held };
  const window = {
    ...emptyWindow(created ?? ended, ended),
    counts: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)),
    reasons: held > 0 ? { "object-locked": held } : {},
    samples: (failures?.samples ?? []).map((task) => {
      const { key, versionId, code, text } = task;
      const outcome = isLocked(task) ? ("held" as const) : ("failed" as const);
      return { key, versionId: versionId || null, outcome, reason: `${code}: ${text}` };
    }),
  };
  const alert = buildObjectAlert({ ...input, ref, window, unconfirmed: [] });
  // Nothing is known of objects that a job never came to.
  const isBlind = state === "failed" && failed === 0;
  const errors = errorsOf(failures);
  const said = Object.entries(errors ?? {}).map(([code, { count, text }]) => `${code}: ${count} of them, ${text}`);
  return {
    ...alert,
    ...(isBlind ? { outcome: "unreadable", severity: "medium" } : {}),
    reasons: [
      ...(why === null ? [] : [`the job failed: ${safe(why)}`]),
      ...alert.reasons,
      ...said,
      ...(failures === null ? ["the job's report could not be read: why objects failed is not known"] : []),
    ],
    next: [...alert.next, ...nextSteps(input.job, safe(ref.bucket))],
    job: {
      id: safe(id),
      kind: safe(kind),
      state,
      total,
      updated,
      failed,
      errors,
    },
  };
}

/** What happened, for the subject. */
export function jobHappened(bucket: string | null, { state, updated, total }: Told): string {
  return `job for ${bucket} ${ENDED[state]} with ${updated} of ${total} objects updated`;
}

export function jobHeadline(bucket: string | null, { state, total, updated, failed }: Told): string {
  return `A job of S3 Batch Operations for the bucket ${bucket} ${ENDED[state]}: of ${total} existing objects ${updated} were re-encrypted, ${failed} could not be.`;
}

/** Its lines of the table of facts. */
export function jobFacts({ id, kind }: Told): readonly (readonly [label: string, value: string])[] {
  return [
    ["Job", id],
    ["Objects", kind.startsWith("arn:") ? `under ${kind}` : kind],
  ];
}

// --- internal ---

type Told = NonNullable<Alert["job"]>;

const ENDED = { complete: "ended", cancelled: "was cancelled", failed: "failed" } as const;

function errorsOf(failures: JobEnd["failures"]): Told["errors"] {
  if (failures === null) return null;
  const shown = Object.entries(failures.codes).map(([code, { count, text }]) => [
    safe(code),
    { count, text: safe(text) },
  ]);
  return Object.fromEntries(shown);
}

function nextSteps({ state, failed, failures }: JobEnd, bucket: string): string[] {
  const isOther = failed > (failures?.locked ?? 0);
  if (state === "complete" && !isOther) return [];
  return [
    ...(failures === null ? [`Read the job's report: bucketseal backfill status ${bucket}`] : []),
    ...(isOther || state === "failed"
      ? ["Mend what the errors say: often the job's role lacks a right, or the key's policy does not let it in."]
      : []),
    `Then see what is left, and have it done: bucketseal backfill ${bucket} --batch --apply`,
  ];
}
