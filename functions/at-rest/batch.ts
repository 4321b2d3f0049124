/** Existing objects, looked at by the object function beside those that events tell of. */

import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { objectBatchSchema } from "#core/backfill/messages";
import type { BatchTime } from "../object/ports.ts";
import type { ObjectShared } from "../object/shared.ts";
import { json } from "../queue/json.ts";
import { readAtHome } from "../queue/read-at-home.ts";
import { Redelivery } from "../queue/redelivery.ts";
import { correlated } from "../runtime/correlation.ts";
import { lookAtNames } from "./look-at-names.ts";
import { type AtRestQueues, atRestQueues } from "./queues.ts";

/** Whether records are of the queue of existing objects; an invocation has those of one queue. */
export function areAtRest(
  [record]: readonly Pick<SQSRecord, "eventSourceARN">[],
  { settings }: Pick<ObjectShared, "settings">,
): boolean {
  const name = settings.AT_REST_QUEUE_URL?.split("/").at(-1);
  return name !== undefined && `${record?.eventSourceARN}`.endsWith(`:${name}`);
}

/**
 * Works through messages of the queue of existing objects, one after the other. Returns those that
 * SQS must redeliver; one that nobody can read goes to the dead-letter queue at once.
 */
export async function atRestBatch(
  records: readonly SQSRecord[],
  shared: ObjectShared,
  time: BatchTime,
): Promise<SQSBatchResponse> {
  const queues: AtRestQueues = atRestQueues(shared.settings);
  const redelivery = new Redelivery({ sqs: shared.clients.sqs, ...queues });
  const { ACCOUNT_ID: account, AWS_REGION: region } = shared.settings;
  for (const record of records) {
    const read = readAtHome(json(record.body), objectBatchSchema, { account, region });
    if ("why" in read) {
      await redelivery.giveUpMalformed(record, `a message of the queue of existing objects: ${read.why}`);
      continue;
    }
    await correlated([read.message.backfill], () =>
      redelivery.orRedeliver([record], "existing objects could not be looked at", () =>
        lookAtNames(shared, queues, record, read.message, time),
      ),
    );
  }
  return redelivery.response();
}
