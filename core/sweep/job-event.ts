import * as z from "zod";
import { cut } from "#core/cut";
import { jobDetail, SERVICE_EVENT } from "#core/event/calls";
import { envelopeSchema, parsed } from "#core/event/envelope";
import { allIssues, ignore, malformed, type Unusable } from "#core/event/record";

/** An event about the end of a job of S3 Batch Operations: its name, and nothing else of it. */
export interface JobEvent {
  readonly kind: "job";
  readonly id: string;
}

/** The id of a job, as S3 makes them. */
export const jobId = z.string().regex(/^[A-Za-z0-9-]{5,36}$/);

/**
 * Parses CloudTrail's record of a job's change of status, as EventBridge delivers it (text or
 * parsed). Events come in any order, or never; whoever reads one asks S3 about the job.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-event-bridge-cloud-trail.html
 */
export function parseJobEvent(body: unknown): JobEvent | Unusable {
  const envelope = envelopeSchema.safeParse(parsed(body)).data;
  const read = eventSchema.safeParse(envelope?.detail);
  if (!read.success) return malformed(`no change of a job's status: ${allIssues(read.error)}`);
  const { eventName, serviceEventDetails: job } = read.data;
  if (!ENDS.includes(eventName)) return ignore(`${eventName} ends no job`);
  if (!ENDED.includes(job.status)) return ignore(`a job that is ${cut(job.status, LONGEST_STATUS)} has not ended`);
  return { kind: "job", id: job.jobId };
}

/** Whether a message is such an event, whatever else is wrong with it. */
export function isServiceEvent(body: unknown): boolean {
  return envelopeSchema.safeParse(parsed(body)).data?.["detail-type"] === SERVICE_EVENT;
}

// --- internal ---

const LONGEST_STATUS = 32;
const ENDS: readonly string[] = jobDetail.eventName;
const ENDED: readonly string[] = jobDetail.serviceEventDetails.status;

const eventSchema = z.object({
  eventName: z.string(),
  serviceEventDetails: z.object({ jobId, status: z.string() }),
});
