import { GetItemCommand, TransactWriteItemsCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { conditional } from "#aws/ledger/conditional";
import { pagesOf } from "#aws/ledger/pages";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";
import { transaction } from "#aws/transaction";
import type { Backfill } from "#core/backfill/backfill";
import type { ObjectBatch } from "#core/backfill/batch";
import type { BackfillCounts, BackfillSample } from "#core/backfill/counts";
import type { ObjectName } from "#core/backfill/messages";
import type { StrategyName } from "#core/decide/object/strategy/strategies";
import { backfillKey, countAdditions, objectBatchKey, sampleOf } from "./items.ts";

type Name = Pick<Backfill, "ref" | "id">;

/** Positions of objects that an invocation was about to write, and how. */
export type BegunObjects = ReadonlyMap<number, StrategyName>;

/** A batch that is not done. */
export interface PendingBatch extends ObjectBatch {
  readonly begun: BegunObjects;
}

/**
 * A batch; `null`: it is done.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readObjectBatch(
  { dynamodb, table }: Table,
  { ref, id }: Name,
  batch: string,
): Promise<PendingBatch | null> {
  const get = new GetItemCommand({ TableName: table, Key: objectBatchKey(ref, id, batch), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  if (item === undefined) return null;
  const objects = JSON.parse(item.objects?.S ?? "[]") as ObjectName[];
  const begun = Object.entries(item)
    .filter(([name]) => name.startsWith(BEGUN))
    .flatMap(([name, { NS: at = [] }]) => at.map((each) => [Number(each), name.slice(BEGUN.length)] as const));
  return { id: batch, objects, begun: new Map(begun as [number, StrategyName][]) };
}

/**
 * The batches that are not done, in the order of the list.
 * @param page - only those whose ids begin so: the batches of one page
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function* pendingBatches(ledger: Table, { ref, id }: Name, page = ""): AsyncGenerator<ObjectBatch> {
  const { pk, sk } = objectBatchKey(ref, id, page);
  const items = pagesOf(ledger, {
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
    ExpressionAttributeValues: { ":pk": pk, ":sk": sk },
    ConsistentRead: true,
  });
  const prefix = objectBatchKey(ref, id, "").sk.S.length;
  for await (const item of items) {
    yield { id: (item.sk?.S ?? "").slice(prefix), objects: JSON.parse(item.objects?.S ?? "[]") as ObjectName[] };
  }
}

/**
 * Notes that objects of a batch are about to be written: whoever looks at them after a crash counts
 * them as changed. Returns whether the batch is still to be done.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 */
export async function noteBegun(
  { dynamodb, table }: Table,
  { ref, id }: Name,
  batch: string,
  begun: BegunObjects,
): Promise<boolean> {
  const byHow = [...Map.groupBy(begun, ([, how]) => how)];
  const note = new UpdateItemCommand({
    TableName: table,
    Key: objectBatchKey(ref, id, batch),
    UpdateExpression: `ADD ${byHow.map((_, at) => `#how${at} :how${at}`).join(", ")}`,
    ConditionExpression: "attribute_exists(pk)",
    ExpressionAttributeNames: Object.fromEntries(byHow.map(([how], at) => [`#how${at}`, `${BEGUN}${how}`])),
    ExpressionAttributeValues: Object.fromEntries(
      byHow.map(([, objects], at) => [`:how${at}`, { NS: objects.map(([position]) => String(position)) }]),
    ),
  });
  return (await conditional(() => retryably(() => dynamodb.send(note)))).held;
}

/**
 * Ends a batch and adds what was found to its backfill, both or neither. Returns false where it was
 * done already: a batch that is delivered twice counts once.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 * @throws RetryableError on throttling, 5xx and timeouts, and where it met another transaction.
 */
export async function finishObjectBatch(
  { dynamodb, table }: Table,
  { ref, id }: Name,
  batch: string,
  found: { readonly counts: BackfillCounts; readonly samples: readonly BackfillSample[]; readonly now: number },
): Promise<boolean> {
  const { counts, samples, now } = found;
  const adds = [["done", { N: "1" }] as const, ...countAdditions(counts)];
  const finish = new TransactWriteItemsCommand({
    TransactItems: [
      {
        Delete: {
          TableName: table,
          Key: objectBatchKey(ref, id, batch),
          ConditionExpression: "attribute_exists(pk)",
        },
      },
      {
        Update: {
          TableName: table,
          Key: backfillKey(ref, id),
          UpdateExpression: [
            `ADD ${adds.map((_, at) => `#a${at} :a${at}`).join(", ")}`,
            `SET touched = :now${samples.length === 0 ? "" : ", samples = list_append(samples, :samples)"}`,
          ].join(" "),
          ConditionExpression: "attribute_exists(pk)",
          ExpressionAttributeNames: Object.fromEntries(adds.map(([name], at) => [`#a${at}`, name])),
          ExpressionAttributeValues: {
            ...Object.fromEntries(adds.map(([, value], at) => [`:a${at}`, value])),
            ":now": { S: new Date(now).toISOString() },
            ...(samples.length === 0 ? {} : { ":samples": { L: samples.map(sampleOf) } }),
          },
        },
      },
    ],
  });
  return transaction(() => retryably(() => dynamodb.send(finish)));
}

// --- internal ---

const BEGUN = "begun:";
