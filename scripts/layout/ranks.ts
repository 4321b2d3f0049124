/**
 * The folders of core/ by rank, lowest first. A folder imports only folders of lower ranks (types
 * count); folders of one rank are independent of each other. `.` is the root of core/.
 */
export const ranks: readonly (readonly string[])[] = [
  ["."],
  ["event", "reason", "stage"],
  ["key"],
  ["policy"],
  ["match"],
  ["backfill", "check", "decide", "diff", "iam", "sweep"],
  ["jobs", "org"],
  ["alert", "guard"],
  ["ledger", "object"],
  ["bucket", "key-risk"],
];

/** The rank of a folder of core/, from 1. */
export function rankOf(folder: string): number {
  const index = ranks.findIndex((folders) => folders.includes(folder));
  if (index < 0) throw new Error(`core/${folder}/ has no rank: give it one in scripts/layout/ranks.ts`);
  return index + 1;
}
