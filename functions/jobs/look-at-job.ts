import { keepJobEnd, readJobEnd } from "#aws/backfill/job-ends";
import { knownOrThrow } from "#aws/fact";
import { describeJob } from "#aws/s3control/describe-job";
import { jobReport } from "#aws/s3control/job-report";
import { jobTagging } from "#aws/s3control/job-tagging";
import { buildJobAlert } from "#core/alert/existing/job";
import { newsOf } from "#core/jobs/job-end";
import { type JobFailures, noFailures } from "#core/jobs/job-failures";
import { nameInTags } from "#core/jobs/job-name";
import { isEnded, jobState } from "#core/jobs/job-state";
import { partitionOf } from "#core/names";
import { RetryableError } from "#core/retryable";
import type { JobMessage } from "#core/sweep/messages";
import { alertId } from "../runtime/alert-id.ts";
import { logger } from "../runtime/telemetry.ts";
import type { Delivery } from "../sweep/delivery.ts";
import type { SweepShared } from "../sweep/shared.ts";

/**
 * Tells of a job of S3 Batch Operations that has ended, and remembers it, once: what was updated,
 * what failed by error, what is held. The event only names the job: S3 is asked what it is, and
 * whether it is one of this stage. It is told first: two deliveries tell the same, and readers drop
 * the second.
 * @throws RetryableError on throttling, 5xx and timeouts, and where S3 does not show yet what it
 *   told.
 */
export async function lookAtJob(shared: SweepShared, { id }: JobMessage, delivery: Delivery): Promise<void> {
  const { jobs, home, ledger, clock, publish } = shared;
  if (jobs === null) return;
  const { account, region } = home;
  const job = knownOrThrow(await describeJob(jobs.control, account, id));
  if (job === null) throw new RetryableError(`there is no job ${id}, or not yet`);
  if (job.update?.roleArn !== jobs.roleArn) return;
  const name = nameInTags(knownOrThrow(await jobTagging(jobs.control, account, id)));
  if (name?.purpose !== "apply" || (job.update.source ?? name.bucket) !== name.bucket) return;
  const state = jobState(job);
  if (!isEnded(state)) throw new RetryableError(`job ${id} is still shown as ${job.status}`);
  const news = newsOf(state);
  const ref = { partition: partitionOf(region), account, region, bucket: name.bucket };
  if (news === null || (await readJobEnd(ledger, ref, id)) !== null) return;
  const failures = await failuresOf(shared, id, news.failed, delivery);
  const now = clock.now();
  const times = { created: job.created, ended: new Date(now).toISOString() };
  const end = { id, ref, kind: name.kind, ...news, ...times, failures };
  logger.info("a job of S3 Batch Operations ended", { job: id, bucket: ref.bucket, ...news });
  await publish(buildJobAlert({ id: alertId("job", account, region, id), now, job: end }));
  await keepJobEnd(ledger, end);
}

// --- internal ---

/** Deliveries for which a report is waited for. */
const PATIENCE = 4;

/** The failed tasks by the job's report; `null`: there is none to be read, although some failed. */
async function failuresOf(
  { jobs, home }: SweepShared,
  id: string,
  failed: number,
  { receives }: Delivery,
): Promise<JobFailures | null> {
  if (failed === 0 || jobs === null) return noFailures();
  const place = { account: home.account, bucket: jobs.reportBucket, job: id };
  const report = await jobReport(jobs.s3, place);
  if (report.known && report.value !== null) return report.value;
  const why = report.known ? "there is none" : `${report.error.name}: ${report.error.message}`;
  if (receives < PATIENCE) throw new RetryableError(`the report of job ${id} cannot be read yet: ${why}`);
  logger.error("the report of a job could not be read", { job: id, cause: why });
  return null;
}
