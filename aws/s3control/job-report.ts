import { createHash } from "node:crypto";
import { GetObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { orRetryable } from "#aws/error";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";
import { csvRows } from "#core/jobs/csv-rows";
import { addFailure, type JobFailures, noFailures } from "#core/jobs/job-failures";

/** Where a job's report is. */
export interface ReportPlace {
  readonly account: string;
  readonly bucket: string;
  readonly job: string;
}

/**
 * The failed tasks of a job by its completion report, counted; `null`: there is no report (yet). A
 * report whose rows are not those that its manifest promises is an unknown one.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-reports.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function jobReport(s3: S3Client, place: ReportPlace): Promise<Fact<JobFailures | null>> {
  return fact<JobFailures | null>("GetObject", () => failuresIn(s3, place), { NoSuchKey: null });
}

// --- internal ---

async function failuresIn(s3: S3Client, { account, bucket, job }: ReportPlace): Promise<JobFailures> {
  const read = async (Key: string) => {
    const get = new GetObjectCommand({ Bucket: bucket, Key, ExpectedBucketOwner: account });
    const { Body } = await orRetryable("GetObject", () => s3.send(get));
    return Body as AsyncIterable<Uint8Array>;
  };
  const folder = `job-${job}/`;
  let manifest = "";
  for await (const part of hashed(await read(`${folder}manifest.json`), createHash("md5"))) manifest += part;
  const { Results = [] } = JSON.parse(manifest) as { readonly Results?: readonly Result[] };
  const failures = noFailures();
  for (const { TaskExecutionStatus, Bucket, Key = "", MD5Checksum } of Results) {
    if (TaskExecutionStatus !== "failed") continue;
    if (Bucket !== bucket || !Key.startsWith(folder)) throw damaged(`names ${Key} elsewhere`);
    const hash = createHash("md5");
    for await (const row of csvRows(hashed(await read(Key), hash))) addFailure(failures, row);
    if (hash.digest("hex") !== MD5Checksum?.toLowerCase()) throw damaged(`does not fit ${Key}`);
  }
  return failures;
}

/** What the manifest of a report says of one of its files. */
interface Result {
  readonly TaskExecutionStatus?: string;
  readonly Bucket?: string;
  readonly Key?: string;
  readonly MD5Checksum?: string;
}

async function* hashed(body: AsyncIterable<Uint8Array>, hash: ReturnType<typeof createHash>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const part of body) {
    hash.update(part);
    yield decoder.decode(part, { stream: true });
  }
  yield decoder.decode();
}

function damaged(how: string): Error {
  return Object.assign(new Error(`the report's manifest ${how}`), { name: "DamagedReport" });
}
