/**
 * A batch of events about objects: each object is looked at once and counted into its bucket's
 * window.
 */

import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { closeIntent } from "../intents/close-intents.ts";
import { countForeign } from "../queue/count-foreign.ts";
import { hopsOf } from "../queue/hops.ts";
import { Redelivery } from "../queue/redelivery.ts";
import { sendUnsent } from "../queue/unsent.ts";
import { endWindow } from "../windows/end-window.ts";
import { countSigns } from "./count-signs.ts";
import { objectChains, type ReadMessage } from "./groups.ts";
import { lookAtObjects } from "./looks.ts";
import { againMessage, readObjectMessage } from "./message.ts";
import { type BatchTime, objectPorts } from "./ports.ts";
import { recordLooks } from "./record.ts";
import { settleLook } from "./settle.ts";
import type { ObjectShared } from "./shared.ts";

/**
 * Works through a batch of the object queue: every object once, however many messages name it.
 * Returns the messages SQS must redeliver: those that a retry may help. Looks not started in time
 * are put back into the queue, which is no failure; unreadable messages and permanent failures go
 * to the dead-letter queue at once, with their cause.
 */
export async function objectBatch(
  records: readonly SQSRecord[],
  shared: ObjectShared,
  time: BatchTime,
): Promise<SQSBatchResponse> {
  const from = new Date(shared.now()).toISOString();
  const { ACCOUNT_ID: account, AWS_REGION: region, OWN_ROLE_ARN: roleArn } = shared.settings;
  const { QUEUE_URL: queueUrl, DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl } = shared.settings;
  const redelivery = new Redelivery({ sqs: shared.clients.sqs, queueUrl, deadLetterQueueUrl });
  const own = { account, region, roleArn };
  const messages = records.map((record): ReadMessage => [record, readObjectMessage(record, own)]);
  countForeign(messages.map(([, message]) => message));
  const chains = objectChains(messages);
  const { ports, intents, abandon } = objectPorts(shared, time);

  const [counted, { looks, notStarted }] = await Promise.all([
    countSigns(shared, ports, chains.flat(), time.id, redelivery),
    lookAtObjects(ports, chains, time),
    ...messages.map((message) => withoutObject(message, shared, redelivery)),
  ]);
  await redelivery.requeue(
    notStarted.flatMap((group) => group.records),
    (record) => (counted.has(record) ? JSON.stringify(againMessage(record.body, false)) : record.body),
  );
  await Promise.all([
    ...looks.map((look) => settleLook(look, shared, redelivery)),
    abandon(looks),
    recordLooks(shared, { id: time.id, from }, intents, looks, redelivery),
  ]);
  return redelivery.response();
}

// --- internal ---

/** Messages that name no object to look at. */
async function withoutObject(
  [record, message]: ReadMessage,
  shared: ObjectShared,
  redelivery: Redelivery,
): Promise<void> {
  if (message.kind === "malformed") await redelivery.giveUpMalformed(record, message.why);
  if (message.kind === "unsent") await sendUnsent(shared, record, message.alert, redelivery);
  if (message.kind === "close")
    await redelivery.orRedeliver([record], "an intent could not be closed", () => closeIntent(shared, message.closing));
  if (message.kind !== "end") return;
  await redelivery.orRedeliver([record], "a window could not be ended", () =>
    endWindow(shared, message.name, { by: record.messageId, hops: hopsOf(record) }),
  );
}
