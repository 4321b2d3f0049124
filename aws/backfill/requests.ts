import { PutItemCommand, type TransactWriteItem, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { holds } from "#aws/ledger/conditional";
import { expiresIn } from "#aws/ledger/item-keys";
import { type Item, pagesOf } from "#aws/ledger/pages";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";
import type { BackfillRequest, RequestState } from "#core/backfill/request";
import type { BucketRef } from "#core/names";
import { BACKFILL_SECONDS, requestKey } from "./items.ts";

/**
 * Notes that a backfill is asked for, once: of a window that is known already nothing changes.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function noteRequest(
  { dynamodb, table }: Table,
  ref: BucketRef,
  request: Pick<BackfillRequest, "id" | "by" | "selection" | "window">,
  now: number,
): Promise<void> {
  const { id, ...asked } = request;
  const put = new PutItemCommand({
    TableName: table,
    Item: {
      ...requestKey(ref, id),
      state: { S: "waiting" satisfies RequestState },
      noted: { S: new Date(now).toISOString() },
      request: { S: JSON.stringify(asked) },
      expires: expiresIn(BACKFILL_SECONDS, now),
    },
    ConditionExpression: "attribute_not_exists(pk)",
  });
  await holds(() => retryably(() => dynamodb.send(put)));
}

/**
 * What was asked for of a bucket, by whatever asked, for as long as it is kept.
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function readRequests(ledger: Table, ref: BucketRef): Promise<readonly BackfillRequest[]> {
  const { pk, sk } = requestKey(ref, "");
  const items = pagesOf(ledger, {
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :sk)",
    ExpressionAttributeValues: { ":pk": pk, ":sk": sk },
    ConsistentRead: true,
  });
  const found: BackfillRequest[] = [];
  for await (const item of items) found.push(requestOfItem(item, sk.S.length));
  return found;
}

/** The part of the transaction that begins a backfill: what it is about waits no more. */
export function beginRequest(table: string, ref: BucketRef, id: string, backfill: string): TransactWriteItem {
  return {
    Update: {
      TableName: table,
      Key: requestKey(ref, id),
      UpdateExpression: "SET #state = :begun, backfill = :backfill",
      ConditionExpression: "#state = :waiting",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: {
        ":begun": { S: "begun" satisfies RequestState },
        ":waiting": { S: "waiting" satisfies RequestState },
        ":backfill": { S: backfill },
      },
    },
  };
}

/**
 * Notes what became of a request whose backfill is over. Done again, nothing changes; a backfill
 * that failed may go on, and end otherwise.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html
 */
export async function endRequest(
  { dynamodb, table }: Table,
  ref: BucketRef,
  { id, backfill }: Pick<BackfillRequest, "id"> & { readonly backfill: string },
  end: { readonly state: RequestState; readonly ended: string },
): Promise<void> {
  const update = new UpdateItemCommand({
    TableName: table,
    Key: requestKey(ref, id),
    UpdateExpression: "SET #state = :state, ended = :ended",
    ConditionExpression: "#state IN (:begun, :failed) AND backfill = :backfill",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: {
      ":state": { S: end.state },
      ":ended": { S: end.ended },
      ":begun": { S: "begun" satisfies RequestState },
      ":failed": { S: "failed" satisfies RequestState },
      ":backfill": { S: backfill },
    },
  });
  await holds(() => retryably(() => dynamodb.send(update)));
}

// --- internal ---

function requestOfItem(item: Item, prefix: number): BackfillRequest {
  const asked = JSON.parse(item.request?.S ?? "{}") as Pick<BackfillRequest, "by" | "selection" | "window">;
  return {
    id: (item.sk?.S ?? "").slice(prefix),
    ...asked,
    noted: item.noted?.S ?? "",
    state: item.state?.S as RequestState,
    backfill: item.backfill?.S ?? null,
    ended: item.ended?.S ?? null,
  };
}
