/**
 * Jobs of S3 Batch Operations: which of them bring a bucket's existing objects under what its rule
 * declares, and what must not be left to a job.
 */

import type { Selection } from "#core/backfill/selection";
import type { WantedObjectEncryption } from "#core/encryption";
import { parseKmsArn } from "#core/key/arn";
import type { BucketRef } from "#core/names";
import { millisecondsOf } from "#core/policy/point-in-time";
import type { Rule } from "#core/policy/policy";
import type { EncryptionFilter, JobFilter } from "./job-filter.ts";

/** A job: the objects of one kind. */
interface JobOrder {
  readonly kind: string;
  readonly filter: JobFilter;
  /**
   * Whether its objects are to be changed; else they are only counted, and the job is cancelled.
   */
  readonly isRun: boolean;
}

/** What is asked for, and what the bucket's rule wants. */
export interface JobRequest {
  readonly ref: BucketRef;
  readonly rule: Pick<Rule, "id" | "objects">;
  readonly wanted: WantedObjectEncryption;
  readonly selection: Selection;
  /** ARNs of keys that objects should not be under: never guessed, a person names them. */
  readonly wrongKeys: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The jobs that find their objects themselves; or why they cannot, or no job can do it. */
export type JobsFor =
  | { readonly kind: "filters"; readonly jobs: readonly JobOrder[] }
  /** A list of objects, made by looks, is to be given to a job. */
  | { readonly kind: "list"; readonly why: string }
  | { readonly kind: "none"; readonly why: string };

/**
 * The jobs for a bucket, each with exactly one filter over encryption, which is all that AWS takes.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_JobManifestGeneratorFilter.html
 */
export function jobsFor(request: JobRequest): JobsFor {
  const { rule, wanted, selection, wrongKeys } = request;
  const { key, why } = usableKey(request);
  if (key === null) return { kind: "none", why };
  if ((rule.objects?.except ?? []).length > 0) {
    return { kind: "list", why: `rule ${rule.id} leaves objects out by name (except), which no filter of a job can` };
  }
  if (selection.versions === "all") {
    return { kind: "list", why: "whether a filter of a job finds noncurrent versions is not documented" };
  }
  const common = filterOf(request);
  const order = (isRun: boolean) => (kind: string, encryption: EncryptionFilter) => {
    return { kind, isRun, filter: { ...common, encryption } };
  };
  const [run, count] = [order(true), order(false)];
  const jobs = [
    run("sse-s3", { kind: "SSES3" }),
    run("bucket-key", { kind: "SSEKMS", key, bucketKey: !wanted.bucketKey }),
    ...wrongKeys.map((wrong) => run(wrong, { kind: "SSEKMS", key: wrong })),
    count("kms", { kind: "SSEKMS" }),
    count("declared-key", { kind: "SSEKMS", key }),
    count("dsse", { kind: "DSSEKMS" }),
    count("sse-c", { kind: "SSEC" }),
    count("none", { kind: "NOTSSE" }),
  ];
  return { kind: "filters", jobs };
}

/** The times between which a rule and a person want objects, as ISO 8601; `null`: open. */
export function wantedTimes({ rule, selection, now }: Pick<JobRequest, "rule" | "selection" | "now">): {
  readonly from: string | null;
  readonly to: string | null;
} {
  const { newerThan, olderThan } = rule.objects ?? {};
  const declared = (written: string | undefined) => (written === undefined ? null : millisecondsOf(written, now));
  const asked = (time: string | null) => (time === null ? null : Date.parse(time));
  const [from, since] = [declared(newerThan), asked(selection.since)];
  const [to, until] = [declared(olderThan), asked(selection.until)];
  return { from: iso(later(from, since)), to: iso(earlier(to, until)) };
}

// --- internal ---

/** The key that a job can bring objects under; or why there is none. */
type UsableKey = { readonly key: string; readonly why: null } | { readonly key: null; readonly why: string };

function usableKey({ ref, wanted: { algorithm, key }, wrongKeys }: JobRequest): UsableKey {
  if (algorithm !== "aws:kms" || key === undefined) {
    return { key: null, why: `a job can bring objects under a KMS key only, and ${algorithm} is declared` };
  }
  const arn = parseKmsArn(key);
  if (arn?.kind !== "key" || arn.account !== ref.account || arn.region !== ref.region) {
    return { key: null, why: "a job can bring objects only under a key of the bucket's own account and Region" };
  }
  return wrongKeys.includes(key) ? { key: null, why: "the declared key is named as a wrong one" } : { key, why: null };
}

function filterOf(request: JobRequest): Omit<JobFilter, "encryption"> {
  const { prefix } = request.selection;
  const { maxBytes } = request.rule.objects ?? {};
  const { from, to } = wantedTimes(request);
  return {
    ...(prefix === "" ? {} : { prefix }),
    // A job takes what is later than a time, and a selection includes it.
    ...(from === null ? {} : { createdAfter: new Date(Date.parse(from) - 1).toISOString() }),
    ...(to === null ? {} : { createdBefore: to }),
    ...(maxBytes === undefined ? {} : { belowBytes: maxBytes + 1 }),
  };
}

/** Both starts of two that are made at once should mean the same time: a duration's is rounded. */
const MINUTE = 60_000;

function iso(time: number | null): string | null {
  if (time === null) return null;
  return new Date(time % 1000 === 0 ? time : Math.ceil(time / MINUTE) * MINUTE).toISOString();
}

function later(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function earlier(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}
