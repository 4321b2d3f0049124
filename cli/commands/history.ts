import { partitionOf } from "#core/names";
import { safe } from "#core/safe";
import { accountsArgs } from "../accounts/args.ts";
import { ledgerNote } from "../accounts/ledger-note.ts";
import { type LedgerPlace, ofPlaces, openPlaces } from "../accounts/open-places.ts";
import { bucketName } from "../buckets/bucket-name.ts";
import { CliError } from "../error.ts";
import { printWindows, readWindows, windowShape } from "../history/drift-windows.ts";
import { entryLines, entryShape } from "../history/entry-lines.ts";
import { mergedHistories, newestEntries } from "../history/merge-histories.ts";
import { sinceArg, sinceOf } from "../history/since.ts";
import { command } from "../line/command.ts";

export const history = command({
  name: "history",
  description:
    "Shows what happened to a bucket: what was found, what was written, who caused it and why, newest first.",
  args: {
    bucket: { type: "positional", required: true, description: "the bucket; it need not exist any more" },
    since: sinceArg("all that is kept"),
    limit: {
      type: "string",
      valueHint: "N",
      default: "100",
      description: "at most N entries, 1 to 10000 (default 100)",
    },
    ...accountsArgs,
  },
  examples: [
    ["history invoices", "newest first"],
    ["history invoices --since 7d --json", "for scripts"],
    ["history invoices --all-accounts", "in whichever account of a hub's organization it was"],
  ],
  json: `{ stage, bucket, region, account, more: boolean, entries: Entry[], windows: Window[] }   // more: there are older ones
With accounts: an entry and a window have also { account, region }, which are null above unless all entries have the same.
Entry: ${entryShape}
Window: ${windowShape}`,
  notes: [
    "An entry is kept for BUCKETSEAL_HISTORY_DAYS of the deployment. Nothing is written about looks that found nothing new.",
    ledgerNote,
    "Exit codes: 0 shown, 1 an error.",
  ],
  run: async (args, out) => {
    const limit = limitOf(args.limit);
    const since = args.since === undefined ? null : sinceOf(args.since, Date.now());
    const open = await openPlaces(args, out);
    const bucket = bucketName(args.bucket);
    const found = await ofPlaces(open.places, async (place) => {
      const ref = { partition: partitionOf(place.region), ...place, bucket };
      const [newest, windows] = await Promise.all([
        newestEntries(open.ledger, ref, since, limit),
        readWindows(open.ledger, ref),
      ]);
      return { place, ...newest, windows: windows.filter(({ to }) => since === null || to >= since) };
    });
    const document = { stage: open.deployment.stage, bucket };
    const [only] = found;
    if (!open.places.isAsked && only !== undefined) {
      const { place, more, entries, windows } = only;
      for (const entry of entries) for (const line of entryLines(entry, out)) out.line(line);
      printWindows(windows, out);
      const none = `nothing is known of ${safe(bucket)} in ${place.region}${since === null ? "" : ` since ${since}`}`;
      out.line(entries.length === 0 ? none : counted(entries.length, more));
      out.document({ ...document, region: place.region, account: place.account, more, entries, windows });
      return 0;
    }
    const merged = mergedHistories(found, limit);
    const windowsIn = (place: LedgerPlace) => found.find((each) => each.place === place)?.windows ?? [];
    for (const { place, entries } of merged.places) {
      out.line(out.paint("bold", `account ${place.account}  ${safe(place.region)}`));
      for (const entry of entries) for (const line of entryLines(entry, out)) out.line(line);
      printWindows(windowsIn(place), out);
    }
    const none = `nothing is known of ${safe(bucket)} in these accounts${since === null ? "" : ` since ${since}`}`;
    out.line(merged.entries.length === 0 ? none : counted(merged.entries.length, merged.more));
    const [first, ...others] = merged.places;
    const place = others.length === 0 ? first?.place : undefined;
    const { more, entries } = merged;
    const windows = found.flatMap((each) => each.windows.map((window) => ({ ...window, ...each.place })));
    const where = { region: place?.region ?? null, account: place?.account ?? null };
    out.document({ ...document, ...where, more, entries, windows });
    return 0;
  },
});

// --- internal ---

function counted(entries: number, more: boolean): string {
  return `${entries} ${entries === 1 ? "entry" : "entries"}${more ? "; there are older ones (--limit)" : ""}`;
}

function limitOf(text: string): number {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number >= 1 && number <= 10_000) return number;
  throw new CliError(`--limit takes a number from 1 to 10000, not "${safe(text)}"`, { code: "usage" });
}
