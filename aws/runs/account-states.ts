import { stateOfItem } from "#aws/ledger/bucket-state";
import { SHARDS } from "#aws/ledger/item-keys";
import { pagesOf } from "#aws/ledger/pages";
import type { Table } from "#aws/table";
import type { BucketState } from "#core/ledger/state";
import type { RunScope } from "./items.ts";

/** A bucket that the ledger knows, as its index has it. */
export interface KnownBucket {
  readonly bucket: string;
  readonly outcome: string;
  readonly state: BucketState;
}

/**
 * Every bucket of an account and Region that the ledger knows. An index is eventually consistent:
 * what was written in the last moments may be missing.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
 * @param isWhole - whether states are needed; without them, names and outcomes alone are read
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function* accountStates(
  ledger: Table,
  { account, region }: RunScope,
  isWhole = true,
): AsyncGenerator<KnownBucket> {
  for (let shard = 0; shard < SHARDS.account; shard++) {
    const items = pagesOf(ledger, {
      IndexName: "ByAccount",
      KeyConditionExpression: "accountShard = :shard",
      ExpressionAttributeNames: {
        "#bucket": "bucket",
        "#outcome": "outcome",
        ...(isWhole ? { "#state": "state" } : {}),
      },
      ExpressionAttributeValues: { ":shard": { S: `${account}#${region}#${shard}` } },
      ProjectionExpression: isWhole ? "#bucket, #outcome, #state" : "#bucket, #outcome",
    });
    for await (const item of items) {
      yield { bucket: item.bucket?.S ?? "", outcome: item.outcome?.S ?? "", state: stateOfItem(item) };
    }
  }
}
