import { TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { expiresIn } from "#aws/ledger/item-keys";
import { retryably } from "#aws/ledger/retryably";
import type { Table } from "#aws/table";
import { transaction } from "#aws/transaction";
import type { Backfill, ResumePoint } from "#core/backfill/backfill";
import type { ObjectBatch } from "#core/backfill/batch";
import { BACKFILL_SECONDS, backfillKey, objectBatchKey, pointItem } from "./items.ts";

/**
 * Writes the batches of a page and moves the resume point behind it, all or nothing, if the point
 * is where it was read and the backfill is still listing. Whatever is killed when, a page is in the
 * ledger once, and a batch that was not sent is found there. Returns whether it was written.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 * @param next - `null`: this was the last page, and the backfill is running now
 * @throws RetryableError on throttling, 5xx and timeouts, and where it met another transaction.
 */
export async function putPage(
  { dynamodb, table }: Table,
  { ref, id, point, pages }: Pick<Backfill, "ref" | "id" | "point" | "pages">,
  page: { readonly batches: readonly ObjectBatch[]; readonly next: ResumePoint | null; readonly now: number },
): Promise<boolean> {
  const { batches, next, now } = page;
  const listed = batches.reduce((sum, { objects }) => sum + objects.length, 0);
  const marks = batches.map((batch) => ({
    Put: {
      TableName: table,
      Item: {
        ...objectBatchKey(ref, id, batch.id),
        objects: { S: JSON.stringify(batch.objects) },
        expires: expiresIn(BACKFILL_SECONDS, now),
      },
    },
  }));
  const move = {
    Update: {
      TableName: table,
      Key: backfillKey(ref, id),
      UpdateExpression:
        "SET #state = :to, #point = :next, isListed = :isListed, touched = :now ADD #pages :one, listed :listed, batches :batches",
      ConditionExpression: "#state = :listing AND #point = :point AND #pages = :pages",
      ExpressionAttributeNames: { "#state": "state", "#point": "point", "#pages": "pages" },
      ExpressionAttributeValues: {
        ":to": { S: next === null ? "running" : "listing" },
        ":listing": { S: "listing" },
        ":point": pointItem(point),
        ":next": pointItem(next),
        ":isListed": { BOOL: next === null },
        ":now": { S: new Date(now).toISOString() },
        ":pages": { N: String(pages) },
        ":one": { N: "1" },
        ":listed": { N: String(listed) },
        ":batches": { N: String(batches.length) },
      },
    },
  };
  const put = new TransactWriteItemsCommand({ TransactItems: [...marks, move] });
  return transaction(() => retryably(() => dynamodb.send(put)));
}
