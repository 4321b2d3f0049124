import { QueryCommand } from "@aws-sdk/client-dynamodb";
import type { HistoryEntry } from "#core/ledger/history";
import type { Story } from "./story.ts";

/** A bucket's history, oldest first. */
export async function historyOf({ root, sandbox }: Story, bucket: string): Promise<HistoryEntry[]> {
  const query = new QueryCommand({
    TableName: sandbox.ledgerTable,
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :event)",
    ExpressionAttributeValues: {
      ":pk": { S: `BUCKET#${sandbox.account}#${sandbox.region}#${bucket}` },
      ":event": { S: "EVENT#" },
    },
    ConsistentRead: true,
  });
  const { Items = [] } = await root.dynamodb.send(query);
  return Items.map(({ entry }) => JSON.parse(entry?.S ?? "") as HistoryEntry);
}
