/**
 * A batch of events about buckets: each bucket is looked at once, and failed messages are
 * redelivered.
 */

import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { joinWork, type Work } from "#core/bucket/work";
import { countForeign } from "../queue/count-foreign.ts";
import { Redelivery } from "../queue/redelivery.ts";
import { sendUnsent } from "../queue/unsent.ts";
import { lookAtBucket } from "./look.ts";
import { readBucketMessage } from "./message.ts";
import type { BucketShared } from "./shared.ts";

/**
 * Works through a batch of the bucket queue: every bucket once, however many messages name it.
 * Returns the messages SQS must redeliver; a message nobody can read goes to the dead-letter queue
 * at once, with its cause.
 * @param deadline milliseconds since the epoch: looks that are not done by then are redelivered
 */
export async function bucketBatch(
  records: readonly SQSRecord[],
  shared: BucketShared,
  deadline: number,
): Promise<SQSBatchResponse> {
  const { ACCOUNT_ID: account, AWS_REGION: region } = shared.settings;
  const { QUEUE_URL: queueUrl, DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl } = shared.settings;
  const redelivery = new Redelivery({ sqs: shared.clients.sqs, queueUrl, deadLetterQueueUrl });
  const items: Work[] = [];
  const malformed: (readonly [SQSRecord, string])[] = [];
  const messages = records.map((record) => [record, readBucketMessage(record, { account, region })] as const);
  for (const [record, message] of messages) {
    if (message.kind === "work" && !shared.recent.answers(record, message.work)) items.push(message.work);
    if (message.kind === "malformed") malformed.push([record, message.why]);
  }
  const unsent = messages.flatMap(([record, message]) =>
    message.kind === "unsent" ? [[record, message.alert] as const] : [],
  );
  countForeign(messages.map(([, message]) => message));
  await Promise.all([
    ...malformed.map(([record, why]) => redelivery.giveUpMalformed(record, why)),
    ...unsent.map(([record, alert]) => sendUnsent(shared, record, alert, redelivery)),
    ...joinWork(items).map(async (work) => {
      const look = await lookAtBucket(shared, work, deadline);
      if (look.kind === "done") return;
      const asking = records.filter(({ messageId }) => work.ids.includes(messageId));
      await (look.kind === "hopeless"
        ? redelivery.giveUp(asking, look.cause)
        : redelivery.redeliver(asking, look.cause));
    }),
  ]);
  return redelivery.response();
}
