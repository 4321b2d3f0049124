import { QueryCommand } from "@aws-sdk/client-dynamodb";
import type { Table } from "#aws/table";
import { SHARDS } from "./shard.ts";

/**
 * Some buckets that the ledger knows under one of these rules: of each shard of the index what its
 * first page has, and no more than asked for.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
 */
export async function someBucketsOf(
  { dynamodb, table }: Table,
  { account, region }: { readonly account: string; readonly region: string },
  rules: ReadonlySet<string>,
  most: number,
): Promise<readonly string[]> {
  const pages = await Promise.all(
    Array.from({ length: SHARDS.account }, async (_, shard) => {
      const { Items = [] } = await dynamodb.send(
        new QueryCommand({
          TableName: table,
          IndexName: "ByAccount",
          KeyConditionExpression: "accountShard = :shard",
          ExpressionAttributeValues: { ":shard": { S: `${account}#${region}#${shard}` } },
          ProjectionExpression: "bucket, #rule",
          ExpressionAttributeNames: { "#rule": "rule" },
          Limit: PAGE,
        }),
      );
      return Items.flatMap(({ bucket, rule }) => (rules.has(rule?.S ?? "") && bucket?.S ? [bucket.S] : []));
    }),
  );
  return pages.flat().slice(0, most);
}

// --- internal ---

const PAGE = 100;
