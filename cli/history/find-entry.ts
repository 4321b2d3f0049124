import { bucketHistory } from "#aws/history/bucket-history";
import type { Table } from "#aws/table";
import type { HistoryEntry } from "#core/ledger/history";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";

/**
 * The entry whose finding is to be restored: the one that a person names, by its own id or by that
 * of its CloudTrail event, or the newest that tells of a write.
 * @throws CliError if there is none
 */
export async function findEntry(ledger: Table, ref: BucketRef, named: string | undefined): Promise<HistoryEntry> {
  const hint = `\`bucketseal history ${safe(ref.bucket)}\` lists them`;
  let isFormer = false;
  for await (const entry of bucketHistory(ledger, ref, null)) {
    isFormer ||= entry.outcome === "gone";
    const isIt = named === undefined ? entry.after !== null : [entry.id, entry.event?.eventId].includes(named);
    if (isIt && isFormer && named !== undefined) {
      throw new CliError(`nothing was changed: event "${safe(named)}" is about a former bucket of this name`, {
        code: "former-bucket",
      });
    }
    if (isFormer && named === undefined) break;
    if (isIt) return entry;
    // What is older than the first look at this bucket is about another one of its name.
    isFormer ||= entry.was === null;
  }
  const what = named === undefined ? "tells of no write" : `has no event "${safe(named)}"`;
  throw new CliError(`nothing was changed: the history of "${safe(ref.bucket)}" ${what}; ${hint}`, {
    code: "no-event",
  });
}
