import { bucketHistory } from "#aws/history/bucket-history";
import type { HistoryEntry } from "#core/ledger/history";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { entryLines, entryShape } from "../history/entry-lines.ts";
import { openLedger, refInStage } from "../history/open-ledger.ts";
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
  },
  examples: [
    ["history invoices", "newest first"],
    ["history invoices --since 7d --json", "for scripts"],
  ],
  json: `{ stage, bucket, region, account, more: boolean, entries: Entry[] }   // more: there are older ones
Entry: ${entryShape}`,
  notes: [
    "An entry is kept for BUCKETSEAL_HISTORY_DAYS of the deployment. Nothing is written about looks that found nothing new.",
    "Exit codes: 0 shown, 1 an error.",
  ],
  run: async (args, out) => {
    const limit = limitOf(args.limit);
    const since = args.since === undefined ? null : sinceOf(args.since, Date.now());
    const open = await openLedger(args);
    const ref = refInStage(open, args.bucket);
    const entries: HistoryEntry[] = [];
    let more = false;
    for await (const entry of bucketHistory(open.ledger, ref, since)) {
      more = entries.length === limit;
      if (more) break;
      entries.push(entry);
    }
    const { account, region, bucket } = ref;
    for (const entry of entries) for (const line of entryLines(entry, out)) out.line(line);
    const none = `nothing is known of ${safe(bucket)} in ${region}${since === null ? "" : ` since ${since}`}`;
    const rest = more ? "; there are older ones (--limit)" : "";
    out.line(entries.length === 0 ? none : `${entries.length} ${entries.length === 1 ? "entry" : "entries"}${rest}`);
    out.document({ stage: open.deployment.stage, bucket, region, account, more, entries });
    return 0;
  },
});

// --- internal ---

function limitOf(text: string): number {
  const number = Number(text);
  if (/^\d{1,5}$/.test(text) && number >= 1 && number <= 10_000) return number;
  throw new CliError(`--limit takes a number from 1 to 10000, not "${safe(text)}"`, { code: "usage" });
}
