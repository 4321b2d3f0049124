import { type BucketByOutcome, bucketsByOutcome } from "#aws/history/by-outcome";
import type { Table } from "#aws/table";
import { type Outcome, outcomes, unresolved } from "#core/outcome";
import { safe } from "#core/safe";
import { mapPool } from "../buckets/pool.ts";
import type { Output } from "../terminal/output.ts";
import { COLUMNS, table } from "../terminal/table.ts";

/** The JSON shape of the counts, as TypeScript. */
export const countsShape = `{ known: number, outcomes: { [outcome]: number }, rules: { [rule]: number },
    accounts: { [account]: number }, oldest: { bucket, account, region, outcome, rule: string | null, since }[] }`;

/** The buckets that the ledger knows, counted. */
export interface BucketCounts {
  readonly known: number;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** `(none)`: no rule applies. */
  readonly rules: Readonly<Record<string, number>>;
  readonly accounts: Readonly<Record<string, number>>;
  /** Those that have been other than declared, or unknown, for the longest time. */
  readonly oldest: readonly BucketByOutcome[];
}

/**
 * Counts them by the index by outcome; a bucket that is gone is no longer one.
 * @param isMeant - which of them are counted
 */
export async function countBuckets(
  ledger: Table,
  isMeant: (bucket: BucketByOutcome) => boolean = () => true,
): Promise<BucketCounts> {
  const counts = {
    outcomes: new Map<string, number>(),
    rules: new Map<string, number>(),
    accounts: new Map<string, number>(),
  };
  let known = 0;
  const oldest: BucketByOutcome[] = [];
  await mapPool(
    outcomes.filter((outcome) => outcome !== "gone"),
    PARALLEL,
    async (outcome) => {
      for await (const bucket of bucketsByOutcome(ledger, outcome)) {
        if (!isMeant(bucket)) continue;
        known += 1;
        add(counts.outcomes, outcome);
        add(counts.rules, bucket.rule ?? "(none)");
        add(counts.accounts, bucket.account);
        if (unresolved.has(outcome)) keepOldest(oldest, bucket);
      }
    },
  );
  return {
    known,
    outcomes: sorted(counts.outcomes),
    rules: sorted(counts.rules),
    accounts: sorted(counts.accounts),
    oldest,
  };
}

/** Prints the counts: a line for each kind, and a table of the oldest that wait for a person. */
export function printCounts({ known, outcomes: found, rules, accounts, oldest }: BucketCounts, out: Output): void {
  out.line(`buckets  ${known} known${known === 0 ? "" : `: ${list(found)}`}`);
  if (known > 0) out.line(`rules    ${list(rules)}`);
  if (Object.keys(accounts).length > 1) out.line(`accounts ${list(accounts)}`);
  const rows = oldest.map(({ since, outcome, rule, bucket }) => [
    since.slice(0, 19),
    outcome,
    rule ?? "(none)",
    bucket,
  ]);
  if (rows.length > 0) out.line();
  const cells = rows.map((row) => row.map((cell) => safe(cell)));
  for (const line of table(["since", "waits for a person", "rule", "bucket"], cells, COLUMNS)) out.line(line);
}

// --- internal ---

/** Outcomes that are read at once. */
const PARALLEL = 4;
/** The number of oldest buckets that are shown. */
const OLDEST = 5;
/** Rules and accounts in a line; the JSON document has all. */
const LISTED = 8;

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function keepOldest(oldest: BucketByOutcome[], bucket: BucketByOutcome): void {
  oldest.push(bucket);
  oldest.sort((a, b) => (a.since < b.since ? -1 : 1));
  oldest.splice(OLDEST);
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)));
}

function list(counts: Readonly<Record<string, number>>): string {
  const all = Object.entries(counts).map(([name, number]) => `${number} ${safe(name)}`);
  const rest = all.length - LISTED;
  return [...all.slice(0, LISTED), ...(rest > 0 ? [`${rest} others`] : [])].join(", ");
}
