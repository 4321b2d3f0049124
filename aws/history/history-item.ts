import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { bucketPartition, expiresIn, SHARDS, shardOf } from "#aws/ledger/item-keys";
import type { HistoryEntry } from "#core/ledger/history";
import type { BucketRef } from "#core/names";

/** An entry with the time for which it is kept. */
export interface KeptEntry {
  readonly entry: HistoryEntry;
  readonly days: number;
}

/**
 * The item of an entry: beside `STATE`, ordered by time, until its time to live is over. What is
 * counted over many buckets is also an attribute of its own, for the index by time.
 */
export function historyItem(ref: BucketRef, { entry, days }: KeptEntry): Record<string, AttributeValue> {
  const { at, id, outcome, rule, actor, event } = entry;
  const name = actor === null ? null : (actor.arn ?? actor.invokedBy ?? actor.accountId);
  return {
    pk: bucketPartition(ref),
    sk: { S: `EVENT#${at}#${id}` },
    account: { S: ref.account },
    region: { S: ref.region },
    bucket: { S: ref.bucket },
    dayShard: { S: `${at.slice(0, "yyyy-mm-dd".length)}#${shardOf(ref.bucket, SHARDS.day)}` },
    at: { S: at },
    outcome: { S: outcome },
    ...(rule === null ? {} : { rule: { S: rule } }),
    ...(name === null ? {} : { actor: { S: name } }),
    ...(actor?.invokedBy == null ? {} : { through: { S: actor.invokedBy } }),
    ...(event === null ? {} : { eventName: { S: event.eventName } }),
    entry: { S: JSON.stringify(entry) },
    expires: expiresIn(days * 86_400, Date.parse(at)),
  };
}
