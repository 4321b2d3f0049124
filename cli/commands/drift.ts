import { entriesOfDay } from "#aws/history/by-time";
import { safe } from "#core/safe";
import { accountsArgs } from "../accounts/args.ts";
import { ledgerNote } from "../accounts/ledger-note.ts";
import { openPlaces } from "../accounts/open-places.ts";
import { mapPool } from "../buckets/pool.ts";
import { CliError } from "../error.ts";
import { type DriftCount, DriftCounter, isDrift } from "../history/drift-counts.ts";
import { sinceArg, sinceOf } from "../history/since.ts";
import { command } from "../line/command.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import { COLUMNS, table } from "../terminal/table.ts";

export const drift = command({
  name: "drift",
  description: "Shows who leaves buckets other than declared: by actor, by the AWS service in between, by rule.",
  args: { since: { ...sinceArg("7d"), default: "7d" }, ...accountsArgs },
  examples: [
    ["drift", "of the last seven days"],
    ["drift --account 111122223333 --region eu-west-1", "in one account and Region of a hub's organization"],
    ["drift --since 24h --json", "for scripts"],
  ],
  json: `{ stage, region, account, since, times: number, buckets: number,
  actors: Count[], services: Count[], rules: Count[], accounts: Count[] }   // services: the AWS service that called for the actor, or "directly"
Count: { name, times: number, buckets: number, last }`,
  notes: [
    "Counted is every time that a bucket was found other than declared, be it changed, reported, held, contested or failed. What happened in the last seconds may be missing.",
    ledgerNote,
    "Exit codes: 0 shown, 1 an error.",
  ],
  run: async (args, out) => {
    const now = Date.now();
    const since = sinceOf(args.since, now);
    if (now - Date.parse(since) > MAX_DAYS * 86_400_000)
      throw new CliError(`"${safe(args.since)}" is more than ${MAX_DAYS} days ago`, { code: "usage" });
    const { deployment, ledger, session, account, places } = await openPlaces(args, out);
    const { region } = session;
    const counter = new DriftCounter();
    await mapPool(daysSince(since, now), PARALLEL, async (day) => {
      for await (const entry of entriesOfDay(ledger, day, since)) {
        if (isDrift(entry) && places.has(entry)) counter.add(entry);
      }
    });
    const counts = counter.counts();
    if (counts.times === 0) out.line(`every bucket was found as declared since ${since}`);
    else {
      out.line(`${plural(counts.times, "time")}, ${plural(counts.buckets, "bucket")} since ${since}`);
      print(
        "actor",
        counts.actors.map((each) => ({ ...each, name: inAccount(each.name, account) })),
        out,
      );
      print("service", counts.services, out);
      print("rule", counts.rules, out);
      if (places.isAsked || counts.accounts.length > 1) print("account", counts.accounts, out);
    }
    out.document({ stage: deployment.stage, region, account, since, ...counts });
    return 0;
  },
});

// --- internal ---

/** Each day costs some calls, also where it has no entry. */
const MAX_DAYS = 400;
/** Days that are asked for at once. */
const PARALLEL = 16;
/** Rows of each table; the JSON document has all. */
const ROWS = 20;

/** The days (`yyyy-mm-dd`) from a time to now. */
function daysSince(since: string, now: number): string[] {
  const first = Date.parse(since.slice(0, 10));
  const days = Math.floor((now - first) / 86_400_000) + 1;
  return Array.from({ length: days }, (_, index) => new Date(first + index * 86_400_000).toISOString().slice(0, 10));
}

/** `user/alice` for an identity of the stage's own account: an ARN has no room in a table. */
function inAccount(arn: string, account: string): string {
  const [, of, name] = /^arn:[^:]+:(?:iam|sts)::(\d*):(.*)$/s.exec(arn) ?? [];
  return of === account && name !== undefined ? name : arn;
}

function print(title: string, counts: readonly DriftCount[], out: Output): void {
  const rows = counts
    .slice(0, ROWS)
    .map(({ name, times, buckets, last }) => [String(times), String(buckets), `${last.slice(0, 19)}Z`, safe(name)]);
  out.line();
  for (const line of table(["times", "buckets", "last", title], rows, COLUMNS)) out.line(line);
  if (counts.length > ROWS) out.line(`and ${plural(counts.length - ROWS, "other")}: --json`);
}
