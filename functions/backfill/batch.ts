/** The backfill function's work: passes over existing objects, listed here, looked at elsewhere. */

import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { type BackfillMessage, backfillMessage } from "#core/backfill/messages";
import { hopsOf } from "../queue/hops.ts";
import { json } from "../queue/json.ts";
import { readAtHome } from "../queue/read-at-home.ts";
import { Redelivery, receivesOf } from "../queue/redelivery.ts";
import { readUnsent, sendUnsent } from "../queue/unsent.ts";
import { correlated } from "../runtime/correlation.ts";
import type { Delivery } from "../sweep/delivery.ts";
import { goOn } from "./go-on.ts";
import { steerBackfill } from "./move.ts";
import { orFail } from "./or-fail.ts";
import type { BackfillShared } from "./shared.ts";
import { startBackfill } from "./start.ts";

/**
 * Works through messages of the backfill queue, one after the other. Returns those that SQS must
 * redeliver; one that nobody can read goes to the dead-letter queue at once, with its cause.
 */
export async function backfillBatch(
  records: readonly SQSRecord[],
  shared: BackfillShared,
  deadline: number,
): Promise<SQSBatchResponse> {
  const { QUEUE_URL: queueUrl, DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl, ACCOUNT_ID, AWS_REGION } = shared.settings;
  const redelivery = new Redelivery({ sqs: shared.clients.sqs, queueUrl, deadLetterQueueUrl });
  const home = { account: ACCOUNT_ID, region: AWS_REGION };
  for (const record of records) {
    const body = json(record.body);
    const unsent = readUnsent(body, home);
    if (unsent !== null) {
      await sendUnsent(shared, record, unsent.alert, redelivery);
      continue;
    }
    const read = readAtHome(body, backfillMessage, home);
    if ("why" in read) {
      await redelivery.giveUpMalformed(record, `a message of the backfill queue: ${read.why}`);
      continue;
    }
    const delivery = { messageId: record.messageId, hops: hopsOf(record), receives: receivesOf(record), deadline };
    await correlated([idOf(read.message) ?? record.messageId], () =>
      redelivery.orRedeliver([record], "a backfill could not go on", () =>
        orFail(shared, read.message, delivery, () => workOn(shared, read.message, delivery)),
      ),
    );
  }
  return redelivery.response();
}

// --- internal ---

function idOf(message: BackfillMessage): string | undefined {
  return "id" in message ? message.id : undefined;
}

function workOn(shared: BackfillShared, message: BackfillMessage, delivery: Delivery): Promise<void> {
  switch (message.schema) {
    case "bucketseal.backfill-start/1":
      return startBackfill(shared, message, delivery);
    case "bucketseal.backfill/1":
      return goOn(shared, message, delivery);
    case "bucketseal.backfill-move/1":
      return steerBackfill(shared, message, delivery);
  }
}
