import {
  type AttributeValue,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import { historyItem, type KeptEntry } from "#aws/history/history-item";
import type { Table } from "#aws/table";
import { transaction } from "#aws/transaction";
import { type BucketState, unseen } from "#core/ledger/state";
import type { BucketRef } from "#core/names";
import { holds } from "./conditional.ts";
import { bucketPartition, type ItemKey, SHARDS, shardOf } from "./item-keys.ts";
import { retryably } from "./retryably.ts";

/**
 * The `STATE` item of a bucket; `unseen` where there is none. The read is consistent because every
 * write is conditional on it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readState({ dynamodb, table }: Table, ref: BucketRef): Promise<BucketState> {
  const get = new GetItemCommand({ TableName: table, Key: stateKey(ref), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  return stateOfItem(item);
}

/**
 * Writes a bucket's state if its revision is still the one that was read, and with it an entry of
 * its history, if there is one: both or neither. Returns the state with its new revision, or `null`
 * if somebody else wrote meanwhile.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html
 * @throws RetryableError on throttling, 5xx, timeouts and a write at the same moment.
 */
export async function saveState(
  { dynamodb, table }: Table,
  ref: BucketRef,
  state: BucketState,
  kept: KeptEntry | null = null,
): Promise<BucketState | null> {
  const saved = { ...state, rev: state.rev + 1 };
  const put = {
    TableName: table,
    Item: stateItem(ref, saved),
    ConditionExpression: state.rev === 0 ? "attribute_not_exists(pk)" : "rev = :rev",
    ...(state.rev === 0 ? {} : { ExpressionAttributeValues: { ":rev": { N: String(state.rev) } } }),
  };
  if (kept === null) return (await holds(() => retryably(() => dynamodb.send(new PutItemCommand(put))))) ? saved : null;
  // The SDK makes the token by which a repeated request is the same one.
  const both = new TransactWriteItemsCommand({
    TransactItems: [{ Put: put }, { Put: { TableName: table, Item: historyItem(ref, kept) } }],
  });
  return (await transaction(() => retryably(() => dynamodb.send(both)))) ? saved : null;
}

/** The key of a bucket's state. */
export function stateKey(ref: BucketRef): ItemKey {
  return { pk: bucketPartition(ref), sk: { S: "STATE" } };
}

/** A bucket's state from its item; `unseen` where there is none. */
export function stateOfItem(item: Readonly<Record<string, AttributeValue>> | undefined): BucketState {
  if (item?.state?.S === undefined) return unseen;
  return { ...unseen, ...(JSON.parse(item.state.S) as BucketState), rev: Number(item.rev?.N ?? 0) };
}

// --- internal ---

/**
 * The item with the attributes of its indexes: each bucket is in the one by account; by outcome
 * and by due time are those that have one.
 */
function stateItem(ref: BucketRef, state: BucketState): Record<string, AttributeValue> {
  const { partition, account, region, bucket } = ref;
  const outcome = state.outcome ?? "unseen";
  const { due = null } = state;
  return {
    ...stateKey(ref),
    rev: { N: String(state.rev) },
    partition: { S: partition },
    account: { S: account },
    region: { S: region },
    bucket: { S: bucket },
    accountShard: { S: `${account}#${region}#${shardOf(bucket, SHARDS.account)}` },
    outcome: { S: outcome },
    outcomeShard: { S: `${outcome}#${shardOf(bucket, SHARDS.outcome)}` },
    ...(state.rule === null ? {} : { rule: { S: state.rule } }),
    ...(state.since === null ? {} : { since: { S: state.since } }),
    ...(due === null ? {} : { dueShard: { S: `due#${shardOf(bucket, SHARDS.due)}` }, due: { S: due } }),
    state: { S: JSON.stringify(state) },
  };
}
