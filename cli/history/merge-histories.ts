import { bucketHistory } from "#aws/history/bucket-history";
import type { Table } from "#aws/table";
import type { HistoryEntry } from "#core/ledger/history";
import type { BucketRef } from "#core/names";
import type { LedgerPlace } from "../accounts/open-places.ts";

/** The newest entries of a history, and whether there are older ones. */
export interface NewestEntries {
  readonly entries: readonly HistoryEntry[];
  readonly more: boolean;
}

/** Reads a bucket's history in one place, at most `limit` entries. */
export async function newestEntries(
  ledger: Table,
  ref: BucketRef,
  since: string | null,
  limit: number,
): Promise<NewestEntries> {
  const entries: HistoryEntry[] = [];
  for await (const entry of bucketHistory(ledger, ref, since)) {
    if (entries.length === limit) return { entries, more: true };
    entries.push(entry);
  }
  return { entries, more: false };
}

/** What one bucket's name did in several places, newest first: a name may have moved. */
export function mergedHistories(
  found: readonly (NewestEntries & { readonly place: LedgerPlace })[],
  limit: number,
): NewestEntries & { readonly places: readonly { place: LedgerPlace; entries: readonly HistoryEntry[] }[] } {
  const all = found
    .flatMap(({ place, entries }) => entries.map((entry) => ({ ...entry, ...place })))
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  const entries = all.slice(0, limit);
  const inPlace = ({ account, region }: LedgerPlace) =>
    entries.filter((entry) => entry.account === account && entry.region === region);
  const places = found
    .map(({ place }) => ({ place, entries: inPlace(place) }))
    .filter((each) => each.entries.length > 0);
  return { entries, places, more: all.length > limit || found.some(({ more }) => more) };
}
