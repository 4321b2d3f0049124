/**
 * A batch of events about buckets: each bucket is looked at once, and failed messages are
 * redelivered.
 */

import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { joinWork, type Work } from "#core/bucket/work";
import { countForeign } from "../queue/count-foreign.ts";
import { Redelivery } from "../queue/redelivery.ts";
import { sendUnsent } from "../queue/unsent.ts";
import { correlated } from "../runtime/correlation.ts";
import { lookAtBatches } from "./lane.ts";
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
  const { queueUrl, deadLetterQueueUrl } = queueOf(records, shared);
  const redelivery = new Redelivery({ sqs: shared.clients.sqs, queueUrl, deadLetterQueueUrl });
  const items: Work[] = [];
  const malformed: (readonly [SQSRecord, string])[] = [];
  const messages = records.map((record) => [record, readBucketMessage(record, shared.members.scope)] as const);
  for (const [record, message] of messages) {
    if (message.kind === "work" && !shared.recent.answers(record, message.work)) items.push(message.work);
    if (message.kind === "malformed") malformed.push([record, message.why]);
  }
  const unsent = messages.flatMap(([record, message]) =>
    message.kind === "unsent" ? [[record, message.alert] as const] : [],
  );
  const batches = messages.flatMap(([record, message]) =>
    message.kind === "batch" ? [[record, message.batch] as const] : [],
  );
  const refused = messages.flatMap(([record, message]) =>
    message.kind === "refused" ? [[record, message] as const] : [],
  );
  countForeign(messages.map(([, message]) => message));
  await Promise.all([
    ...malformed.map(([record, why]) => correlated([record.messageId], () => redelivery.giveUpMalformed(record, why))),
    ...unsent.map(([record, alert]) => correlated([alert.id], () => sendUnsent(shared, record, alert, redelivery))),
    ...refused.map(([record, event]) =>
      correlated([record.messageId], () =>
        redelivery.orRedeliver([record], "a refused event could not be told", () => shared.members.refuse(event)),
      ),
    ),
    lookAtBatches(shared, batches, deadline, redelivery),
    ...joinWork(items).map((work) =>
      correlated(
        work.triggers.map(({ eventId }) => eventId),
        async () => {
          const look = await lookAtBucket(shared, work, deadline, queueUrl);
          if (look.kind === "done") return;
          const asking = records.filter(({ messageId }) => work.ids.includes(messageId));
          await (look.kind === "hopeless"
            ? redelivery.giveUp(asking, look.cause)
            : redelivery.redeliver(asking, look.cause));
        },
      ),
    ),
  ]);
  return redelivery.response();
}

// --- internal ---

/**
 * Where records came from, which is where they go back to; an invocation has those of one queue.
 */
function queueOf(
  [record]: readonly Pick<SQSRecord, "eventSourceARN">[],
  { settings }: Pick<BucketShared, "settings">,
): { readonly queueUrl: string; readonly deadLetterQueueUrl: string } {
  const lane = settings.LANE_QUEUE_URL.split("/").at(-1);
  return `${record?.eventSourceARN}`.endsWith(`:${lane}`)
    ? { queueUrl: settings.LANE_QUEUE_URL, deadLetterQueueUrl: settings.LANE_DEAD_LETTER_QUEUE_URL }
    : { queueUrl: settings.QUEUE_URL, deadLetterQueueUrl: settings.DEAD_LETTER_QUEUE_URL };
}
