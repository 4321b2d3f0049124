import { createHash } from "node:crypto";
import {
  CreateJobCommand,
  type CreateJobCommandInput,
  type JobManifestGeneratorFilter,
  type ObjectEncryptionFilter,
  type S3ControlClient,
} from "@aws-sdk/client-s3-control";
import { orRetryable } from "#aws/error";
import type { EncryptionFilter, JobFilter } from "#core/jobs/job-filter";
import type { BucketRef } from "#core/names";
import type { StoredManifest } from "./put-manifest.ts";

/** What a job is to be: to bring the objects of one kind in a bucket under a key, in place. */
export interface NewJob {
  readonly ref: BucketRef;
  /** A filter by which the job finds its objects, or a list of them. */
  readonly objects: JobFilter | StoredManifest;
  readonly key: string;
  readonly bucketKey: boolean;
  readonly roleArn: string;
  readonly reportBucket: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  /**
   * The job of this kind that ended last, or a word of one's own. Two starts at once see the same,
   * and AWS makes one job of them.
   */
  readonly after: string;
}

/**
 * Creates a job that waits for a confirmation with the number of its objects; returns its id. The
 * same job asked for again is the same id.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateJob.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function createJob(client: S3ControlClient, job: NewJob): Promise<string | null> {
  const { ref, key, bucketKey } = job;
  const command = new CreateJobCommand({
    AccountId: ref.account,
    ClientRequestToken: tokenOf(job),
    ConfirmationRequired: true,
    Description: job.description,
    Priority: 1,
    RoleArn: job.roleArn,
    Operation: {
      S3UpdateObjectEncryption: { ObjectEncryption: { SSEKMS: { KMSKeyArn: key, BucketKeyEnabled: bucketKey } } },
    },
    ...objectsOf(job),
    Report: {
      Enabled: true,
      Bucket: arnOf(ref, job.reportBucket),
      ExpectedBucketOwner: ref.account,
      Format: "Report_CSV_20180820",
      ReportScope: "FailedTasksOnly",
    },
    Tags: Object.entries(job.tags).map(([Key, Value]) => ({ Key, Value })),
  });
  const { JobId } = await orRetryable("CreateJob", () => client.send(command));
  return JobId ?? null;
}

// --- internal ---

/** At most 64 characters, from everything that makes the request. */
function tokenOf(job: NewJob): string {
  return createHash("sha256").update(JSON.stringify(job)).digest("hex");
}

function objectsOf({ ref, objects }: NewJob): Pick<CreateJobCommandInput, "Manifest" | "ManifestGenerator"> {
  if ("etag" in objects) {
    return {
      Manifest: {
        Spec: {
          Format: "S3BatchOperations_CSV_20180820",
          Fields: ["Bucket", "Key", ...(objects.hasVersions ? (["VersionId"] as const) : [])],
        },
        Location: { ObjectArn: `${arnOf(ref, objects.bucket)}/${objects.key}`, ETag: objects.etag },
      },
    };
  }
  return {
    ManifestGenerator: {
      S3JobManifestGenerator: {
        ExpectedBucketOwner: ref.account,
        SourceBucket: arnOf(ref, ref.bucket),
        EnableManifestOutput: false,
        Filter: generatorFilter(objects),
      },
    },
  };
}

function arnOf({ partition }: BucketRef, bucket: string): string {
  return `arn:${partition}:s3:::${bucket}`;
}

/** A replica's encryption is its source's to decide: it is of no status that is named here. */
function generatorFilter({
  encryption,
  prefix,
  createdAfter,
  createdBefore,
  belowBytes,
}: JobFilter): JobManifestGeneratorFilter {
  return {
    MatchAnyObjectEncryption: [encryptionFilter(encryption)],
    ObjectReplicationStatuses: ["NONE", "COMPLETED", "FAILED"],
    ...(prefix === undefined ? {} : { KeyNameConstraint: { MatchAnyPrefix: [prefix] } }),
    ...(createdAfter === undefined ? {} : { CreatedAfter: new Date(createdAfter) }),
    ...(createdBefore === undefined ? {} : { CreatedBefore: new Date(createdBefore) }),
    ...(belowBytes === undefined ? {} : { ObjectSizeLessThanBytes: belowBytes }),
  };
}

function encryptionFilter({ kind, key, bucketKey }: EncryptionFilter): ObjectEncryptionFilter {
  const kms = {
    ...(key === undefined ? {} : { KmsKeyArn: key }),
    ...(bucketKey === undefined ? {} : { BucketKeyEnabled: bucketKey }),
  };
  if (kind === "SSEKMS") return { SSEKMS: kms };
  if (kind === "DSSEKMS") return { DSSEKMS: {} };
  if (kind === "SSEC") return { SSEC: {} };
  return kind === "NOTSSE" ? { NOTSSE: {} } : { SSES3: {} };
}
