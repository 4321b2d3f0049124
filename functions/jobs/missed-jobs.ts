import { readJobEnd } from "#aws/backfill/job-ends";
import { listJobs } from "#aws/s3control/list-jobs";
import { jobDetail } from "#core/event/calls";
import { nameInDescription } from "#core/jobs/job-name";
import { partitionOf } from "#core/names";
import { logger } from "../runtime/telemetry.ts";
import type { SweepShared } from "../sweep/shared.ts";

/**
 * Has those jobs looked at that have ended and were never told: events are best effort. The list is
 * only asked which jobs there are; what is one of ours, and news, the look at it decides.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function findMissedJobs({ jobs, home, ledger, clock, later }: SweepShared): Promise<void> {
  if (jobs === null) return;
  const { account, region } = home;
  const listed = await listJobs(jobs.control, account);
  if (!listed.known) {
    logger.error("jobs of S3 Batch Operations could not be listed", { cause: listed.error.name });
    return;
  }
  const since = clock.now() - LONG_AGO;
  const ended = listed.value.filter(({ status, created }) => ENDED.includes(status) && Date.parse(created) > since);
  let missed = 0;
  for (const { id, description } of ended) {
    const name = nameInDescription(description);
    if (name?.purpose !== "apply" || missed >= MOST) continue;
    const ref = { partition: partitionOf(region), account, region, bucket: name.bucket };
    if ((await readJobEnd(ledger, ref, id)) !== null) continue;
    await later({ schema: "bucketseal.job/1", id }, 0, 1);
    missed++;
  }
  if (missed > 0) logger.info("jobs that ended were not told, or are no news", { jobs: missed });
}

// --- internal ---

const ENDED: readonly string[] = jobDetail.serviceEventDetails.status;
/** Milliseconds: a sweep comes daily, and a job may take weeks. */
const LONG_AGO = 60 * 86_400_000;
/** Jobs of one sweep; the next one has the others looked at. */
const MOST = 100;
