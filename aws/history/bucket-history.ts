import { bucketPartition } from "#aws/ledger/item-keys";
import { pagesOf } from "#aws/ledger/pages";
import type { Table } from "#aws/table";
import type { HistoryEntry } from "#core/ledger/history";
import type { BucketRef } from "#core/names";

/**
 * The entries of a bucket's history since a time (ISO 8601; `null`: all that are kept), newest
 * first.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function* bucketHistory(
  ledger: Table,
  ref: BucketRef,
  since: string | null,
): AsyncGenerator<HistoryEntry> {
  const items = pagesOf(ledger, {
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
    // Behind every digit of a year.
    ExpressionAttributeValues: {
      ":pk": bucketPartition(ref),
      ":from": { S: `EVENT#${since ?? ""}` },
      ":to": { S: "EVENT#:" },
    },
    ScanIndexForward: false,
    ConsistentRead: true,
  });
  for await (const { entry } of items) if (entry?.S !== undefined) yield JSON.parse(entry.S) as HistoryEntry;
}
