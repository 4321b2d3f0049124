/**
 * The sweep function's work: runs over many buckets, listed here and looked at in the lane, and KMS
 * keys that buckets depend on.
 */

import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import type { RefusedEvent } from "#core/event/scope";
import type { SweepMessage } from "#core/sweep/messages";
import { lookAtJob } from "../jobs/look-at-job.ts";
import { findMissedJobs } from "../jobs/missed-jobs.ts";
import { accountTelling } from "../member/telling.ts";
import { startMembers } from "../organization/members.ts";
import { inPlace } from "../organization/places.ts";
import { noteUnreached, Unreached } from "../organization/reached.ts";
import { reportAccounts } from "../organization/report.ts";
import { countForeign } from "../queue/count-foreign.ts";
import { hopsOf } from "../queue/hops.ts";
import { Redelivery, receivesOf } from "../queue/redelivery.ts";
import { sendUnsent } from "../queue/unsent.ts";
import { correlated } from "../runtime/correlation.ts";
import { closeRun } from "./close.ts";
import type { Delivery } from "./delivery.ts";
import { sendDigest } from "./digest.ts";
import { lookAtKeys } from "./keys.ts";
import { listNames } from "./list.ts";
import { readSweepMessage } from "./message.ts";
import { resumeRun } from "./resume.ts";
import type { SweepShared } from "./shared.ts";
import { startRun } from "./start.ts";
import { lookAtDue } from "./tick.ts";

/**
 * Works through messages of the sweep queue, one after the other. Returns those that SQS must
 * redeliver; one that nobody can read goes to the dead-letter queue at once, with its cause.
 */
export async function sweepBatch(
  records: readonly SQSRecord[],
  shared: SweepShared,
  deadline: number,
): Promise<SQSBatchResponse> {
  const { QUEUE_URL: queueUrl, DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl } = shared.settings;
  const redelivery = new Redelivery({ sqs: shared.clients.sqs, queueUrl, deadLetterQueueUrl });
  const messages = records.map(
    (record) => [record, readSweepMessage(record, shared.home, shared.org?.settings ?? null)] as const,
  );
  countForeign(messages.map(([, read]) => read));
  for (const [record, read] of messages) {
    if (read.kind === "ignore") continue;
    await correlated(idsOf(record, read), async () => {
      if (read.kind === "malformed") await redelivery.giveUpMalformed(record, read.why);
      else if (read.kind === "refused") {
        await redelivery.orRedeliver([record], "a refused event could not be told", () => refuse(shared, read));
      } else if (read.kind === "unsent") await sendUnsent(shared, record, read.alert, redelivery);
      else {
        const delivery = { messageId: record.messageId, hops: hopsOf(record), receives: receivesOf(record), deadline };
        await redelivery.orRedeliver([record], "a run could not go on", () => workOn(shared, read.message, delivery));
      }
    });
  }
  return redelivery.response();
}

// --- internal ---

const NOTHING = Promise.resolve();

/** What the lines about a message are found by: its run where it names one. */
function idsOf({ messageId }: SQSRecord, read: ReturnType<typeof readSweepMessage>): string[] {
  if (read.kind === "unsent") return [read.alert.id];
  if (read.kind === "sweep" && read.message.schema === "bucketseal.keys/1" && read.message.trigger !== null) {
    return [read.message.trigger.eventId];
  }
  return [read.kind === "sweep" && "run" in read.message ? read.message.run : messageId];
}

/** Tells of an event that claims to be of another account, once for each kind. */
async function refuse({ ledger, org, publish, clock }: SweepShared, event: RefusedEvent): Promise<void> {
  if (org === null) return;
  const { account, region, disagreement: detail, why } = event;
  const telling = accountTelling({ ledger, stage: org.stage, publish, now: clock.now });
  await telling.tell({ place: { account, region }, kind: "refused event", why, detail });
}

/** Works on a message where it says; an account that is not reached is recorded. */
async function workOn(shared: SweepShared, message: SweepMessage, delivery: Delivery): Promise<void> {
  try {
    await work(shared, message, delivery);
  } catch (error) {
    if (!(error instanceof Unreached)) throw error;
    await noteUnreached(shared, error, message, delivery);
  }
}

function work(shared: SweepShared, message: SweepMessage, delivery: Delivery): Promise<void> {
  const { org } = shared;
  switch (message.schema) {
    case "bucketseal.start/1":
      return startRun(shared, message, delivery);
    case "bucketseal.names/1":
      return listNames(inPlace(shared, message), message, delivery);
    case "bucketseal.close/1":
      return closeRun(inPlace(shared, message), message, delivery);
    case "bucketseal.tick/1":
      return lookAtDue(shared);
    case "bucketseal.digest/1":
      return sendDigest(shared, message);
    case "bucketseal.resume/1":
      return resumeRun(inPlace(shared, message), message);
    case "bucketseal.keys/1":
      return lookAtKeys(inPlace(shared, message), message, delivery);
    case "bucketseal.job/1":
      return lookAtJob(shared, message, delivery);
    case "bucketseal.missed-jobs/1":
      return findMissedJobs(shared);
    case "bucketseal.members/1":
      return org === null ? NOTHING : startMembers(shared, org, message);
    case "bucketseal.report/1":
      return reportAccounts(shared, message);
  }
}
