import { QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "#aws/table";
import { SHARDS } from "./shard.ts";

/**
 * When the newest event came that changed something of a bucket (ISO 8601), within some days; `null`:
 * none did.
 * @param now - milliseconds since the epoch
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
 */
export async function lastEntryAt({ dynamodb, table }: Table, now: number, days: number): Promise<string | null> {
  for (let back = 0; back < days; back++) {
    const day = new Date(now - back * 86_400_000).toISOString().slice(0, "yyyy-mm-dd".length);
    const found = await Promise.all(
      Array.from({ length: SHARDS.day }, async (_, shard) => {
        const { Items = [] } = await dynamodb.send(
          new QueryCommand({
            TableName: table,
            IndexName: "ByTime",
            KeyConditionExpression: "dayShard = :shard",
            ExpressionAttributeValues: { ":shard": { S: `${day}#${shard}` } },
            ScanIndexForward: false,
            Limit: 1,
          }),
        );
        return Items.flatMap(({ at }) => (at?.S === undefined ? [] : [at.S]));
      }),
    );
    const newest = found.flat().sort().at(-1);
    if (newest !== undefined) return newest;
  }
  return null;
}
