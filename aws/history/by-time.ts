import { SHARDS } from "#aws/ledger/item-keys";
import { pagesOf } from "#aws/ledger/pages";
import type { Table } from "#aws/table";
import { type Outcome, outcomes } from "#core/outcome";

/** An entry of a history as the index by time shows it. */
export interface EntryByTime {
  readonly account: string;
  readonly region: string;
  readonly bucket: string;
  /** ISO 8601. */
  readonly at: string;
  readonly outcome: Outcome;
  readonly rule: string | null;
  /** Who caused it: an ARN, a service or an account. */
  readonly actor: string | null;
  /** The AWS service that called on the actor's behalf. */
  readonly through: string | null;
  readonly eventName: string | null;
}

/**
 * The entries of one day (`yyyy-mm-dd`) in the histories of all buckets, from a time on (ISO 8601).
 * What was written a moment ago may be missing.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function* entriesOfDay(ledger: Table, day: string, since: string): AsyncGenerator<EntryByTime> {
  for (let shard = 0; shard < SHARDS.day; shard++) {
    const items = pagesOf(ledger, {
      IndexName: "ByTime",
      KeyConditionExpression: "dayShard = :shard AND #at >= :since",
      ExpressionAttributeNames: { "#at": "at" },
      ExpressionAttributeValues: { ":shard": { S: `${day}#${shard}` }, ":since": { S: since } },
    });
    for await (const item of items) {
      const text = (name: string) => item[name]?.S ?? null;
      const outcome = outcomes.find((each) => each === text("outcome"));
      if (outcome === undefined) continue;
      yield {
        account: text("account") ?? "",
        region: text("region") ?? "",
        bucket: text("bucket") ?? "",
        at: text("at") ?? "",
        outcome,
        rule: text("rule"),
        actor: text("actor"),
        through: text("through"),
        eventName: text("eventName"),
      };
    }
  }
}
