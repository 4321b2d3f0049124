import { SHARDS } from "#aws/ledger/item-keys";
import { pagesOf } from "#aws/ledger/pages";
import type { Table } from "#aws/table";

/**
 * When the newest event came that changed something of a bucket (ISO 8601), within some days;
 * `null`: none did.
 * @param now - milliseconds since the epoch
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function lastEntryAt(ledger: Table, now: number, days: number): Promise<string | null> {
  for (let back = 0; back < days; back++) {
    const day = new Date(now - back * 86_400_000).toISOString().slice(0, "yyyy-mm-dd".length);
    const newest = await Promise.all(
      Array.from({ length: SHARDS.day }, (_, shard) => lastOf(ledger, `${day}#${shard}`)),
    );
    const [last] = newest.sort().slice(-1);
    if (last !== undefined && last !== "") return last;
  }
  return null;
}

// --- internal ---

/** The newest time of a shard; empty: it has none. */
async function lastOf(ledger: Table, dayShard: string): Promise<string> {
  const items = pagesOf(ledger, {
    IndexName: "ByTime",
    KeyConditionExpression: "dayShard = :shard",
    ExpressionAttributeValues: { ":shard": { S: dayShard } },
    ScanIndexForward: false,
    Limit: 1,
  });
  for await (const { at } of items) if (at?.S !== undefined) return at.S;
  return "";
}
