import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { sendLater } from "#aws/sqs/queue";
import type { ObjectPorts } from "#core/object/ports";
import { pool } from "../queue/pool.ts";
import { Returns } from "../queue/redelivery.ts";
import type { BatchTime } from "./batch-time.ts";
import { endWindow } from "./end-window.ts";
import { type ObjectGroup, objectChains } from "./groups.ts";
import { lookAtObject, type ObjectLook } from "./look.ts";
import { againMessage, type ObjectMessage, readObjectMessage } from "./message.ts";
import { objectPorts } from "./ports.ts";
import { type Done, recordObjects } from "./record.ts";
import type { ObjectShared } from "./shared.ts";
import { rekeySigns, suspects } from "./signs.ts";

/** Objects looked at side by side, a whole batch: the lanes decide how many calls are made for them, and when each is begun. */
const WIDTH = 50;
const DAY = 24 * 3_600_000;

/**
 * Works through a batch of the object queue: every object once, however many messages name it. Answers exactly the messages that shall come
 * again: those whose look may go better next time, and soon. What was not begun when `startBy` came is sent again as it is, which is no
 * failure; what nobody can read or do goes to the dead letters at once, with its cause.
 */
export async function objectBatch(
  records: readonly SQSRecord[],
  shared: ObjectShared,
  time: BatchTime,
): Promise<SQSBatchResponse> {
  const from = new Date(shared.now()).toISOString();
  const { ACCOUNT_ID: account, OWN_ROLE_ARN: roleArn, QUEUE_URL: queueUrl } = shared.settings;
  const { sqs } = shared.clients;
  const deadLetterQueueUrl = shared.settings.DEAD_LETTER_QUEUE_URL;
  const returns = new Returns({ sqs, queueUrl, deadLetterQueueUrl });
  const messages = records.map((record): Read => [record, readObjectMessage(record, { account, roleArn })]);
  const { ports, intents } = objectPorts(shared, time);
  const looks: ObjectLook[] = [];
  const notBegun: ObjectGroup[] = [];

  const chains = objectChains(messages.filter(isWork));
  const [told] = await Promise.all([
    tellOfRekeying(shared, ports, chains.flat(), time.id, returns),
    ...messages.map((message) => withoutObject(message, shared, returns)),
    pool(chains, WIDTH, async (chain) => {
      for (const group of chain) {
        const look = shared.now() > time.startBy ? null : await lookAtObject(ports, group, time.deadline);
        if (look === null) notBegun.push(group);
        else looks.push(look);
      }
    }),
  ]);
  await returns.sendAgain(
    notBegun.flatMap((group) => group.records),
    (record) => (told.has(record) ? JSON.stringify(againMessage(record.body, false)) : record.body),
  );
  await Promise.all([
    ...looks.map((look) => settle(look, shared, returns)),
    ...buckets(looks).map((done) =>
      returns.orFail(recordsOf(done), "objects could not be counted", () =>
        recordObjects({ ...recorder(shared), id: time.id, from }, intents, done),
      ),
    ),
  ]);
  return returns.answer();
}

// --- internal ---

type Read = readonly [SQSRecord, ObjectMessage];
type ReadWork = readonly [SQSRecord, Extract<ObjectMessage, { kind: "work" }>];

function isWork(read: Read): read is ReadWork {
  return read[1].kind === "work";
}

/** Messages that name no object to look at. */
async function withoutObject([record, message]: Read, shared: ObjectShared, returns: Returns): Promise<void> {
  if (message.kind === "malformed") await returns.bury([record], message.why);
  if (message.kind !== "end") return;
  const { publish, now } = shared;
  const settings = { ...recorder(shared), sqs: shared.clients.sqs, queueUrl: shared.settings.QUEUE_URL, publish, now };
  await returns.orFail([record], "a window could not be ended", () =>
    endWindow(settings, message.name, record.messageId),
  );
}

/** Counts the signs of re-keying before anything else: who waited for the looks would wait too long. Answers whose were counted. */
async function tellOfRekeying(
  { windows, told }: ObjectShared,
  ports: ObjectPorts,
  groups: readonly ObjectGroup[],
  id: string,
  returns: Returns,
): Promise<ReadonlySet<SQSRecord>> {
  const suspected = suspects(groups, (event) => told.has(event));
  const records = suspected.flatMap((group) => group.records);
  const counted = new Set<SQSRecord>();
  await returns.orFail(records, "signs of re-keying could not be counted", async () => {
    for (const { ref, window, events } of await rekeySigns(ports, suspected)) {
      await windows.add(ref, "REKEY", window, id);
      told.add(events);
    }
    for (const record of records) counted.add(record);
  });
  return counted;
}

/** A look that failed comes again if that may help; one that is worth another look later is put off. */
async function settle(look: ObjectLook, { clients, settings, now }: ObjectShared, returns: Returns): Promise<void> {
  const { records, triggers, bySource } = look.group;
  if (look.kind === "failed") {
    await (look.retryable ? returns.fail(records, look.cause) : returns.bury(records, look.cause));
    return;
  }
  const seconds = look.result.lookAgainSeconds;
  const isRecent = triggers.some(({ eventTime }) => now() - Date.parse(eventTime) < DAY);
  if (seconds === undefined || !isRecent) return;
  await returns.orFail(records, "a look could not be put off", async () => {
    for (const { body } of bySource.values())
      await sendLater(clients.sqs, settings.QUEUE_URL, againMessage(body), seconds);
  });
}

function recorder({ ledger, windows, now }: ObjectShared) {
  return { ledger, windows, now };
}

/** Looks that came to something, by bucket. */
function buckets(looks: readonly ObjectLook[]): readonly (readonly Done[])[] {
  const found = new Map<string, Done[]>();
  for (const look of looks) {
    if (look.kind !== "done") continue;
    const { bucket } = look.group.object.bucket;
    found.set(bucket, [...(found.get(bucket) ?? []), look]);
  }
  return [...found.values()];
}

function recordsOf(done: readonly Done[]): SQSRecord[] {
  return done.flatMap(({ group }) => group.records);
}
