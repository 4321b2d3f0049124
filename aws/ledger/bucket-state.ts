import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "#aws/table";
import { type BucketState, unseen } from "#core/ledger/state";
import type { BucketRef } from "#core/names";
import { holds } from "./conditional.ts";
import { retryably } from "./retryably.ts";

/**
 * The `STATE` item of a bucket; `unseen` where there is none. The read is consistent because every
 * write is conditional on it.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readState({ dynamodb, table }: Table, ref: BucketRef): Promise<BucketState> {
  const get = new GetItemCommand({ TableName: table, Key: keyOf(ref), ConsistentRead: true });
  const { Item: item } = await retryably(() => dynamodb.send(get));
  if (item?.state?.S === undefined) return unseen;
  return { ...unseen, ...(JSON.parse(item.state.S) as BucketState), rev: Number(item.rev?.N ?? 0) };
}

/**
 * Writes a bucket's state if its revision is still the one that was read. Returns the state with
 * its new revision, or `null` if somebody else wrote meanwhile. Outcome, rule, account and time are
 * also attributes of their own, for indexes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function saveState(
  { dynamodb, table }: Table,
  ref: BucketRef,
  state: BucketState,
): Promise<BucketState | null> {
  const saved = { ...state, rev: state.rev + 1 };
  const put = new PutItemCommand({
    TableName: table,
    Item: {
      ...keyOf(ref),
      rev: { N: String(saved.rev) },
      account: { S: ref.account },
      region: { S: ref.region },
      bucket: { S: ref.bucket },
      outcome: { S: saved.outcome ?? "unseen" },
      ...(saved.rule === null ? {} : { rule: { S: saved.rule } }),
      ...(saved.since === null ? {} : { since: { S: saved.since } }),
      state: { S: JSON.stringify(saved) },
    },
    ConditionExpression: state.rev === 0 ? "attribute_not_exists(pk)" : "rev = :rev",
    ...(state.rev === 0 ? {} : { ExpressionAttributeValues: { ":rev": { N: String(state.rev) } } }),
  });
  return (await holds(() => retryably(() => dynamodb.send(put)))) ? saved : null;
}

// --- internal ---

function keyOf(ref: BucketRef): { pk: { S: string }; sk: { S: string } } {
  return { pk: { S: `BUCKET#${ref.account}#${ref.region}#${ref.bucket}` }, sk: { S: "STATE" } };
}
