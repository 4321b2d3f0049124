import { safe } from "#core/safe";
import type { RunCounts } from "#core/sweep/counts";
import { age } from "../terminal/age.ts";
import type { Output } from "../terminal/output.ts";
import { COLUMNS, table } from "../terminal/table.ts";
import { wrap } from "../terminal/wrap.ts";
import type { KnownAccount } from "./account-kinds.ts";

/** The JSON shape of an account of a hub's organization, as TypeScript. */
export const accountRecordShape = `{ account, kind: "hub" | "management" | "member", name: string | null, state: string | null,
  enrolment: "enrolled" | "not enrolled" | "unreachable" | "suspended" | null, why: string | null, since: string | null, tried: string | null,
  notOptedIn: string[], lastEvent: string | null, lastSweep: string | null, counts: Counts | null }   // null: not known, or never`;

/** How many buckets a sweep left other than declared, or could not tell. */
function leftOver({ reported, held, unreadable, failed }: RunCounts): number {
  return reported + held + unreadable + failed;
}

/** Prints a line for each account, then why some are not enrolled and which Regions they lack. */
export function printAccountTable(records: readonly KnownAccount[], now: number, out: Output): void {
  const ago = (time: string | null) => (time === null ? "never" : age(time, now));
  const rows = records.map(({ account, kind, name, enrolment, lastEvent, lastSweep, counts }) => [
    account,
    safe(name ?? ""),
    kind === "hub" && enrolment !== "enrolled" ? "home Region" : (enrolment ?? "not known"),
    ago(lastEvent),
    ago(lastSweep),
    counts === null ? "" : String(counts.seen),
    counts === null ? "" : String(leftOver(counts)),
  ]);
  for (const line of table(HEAD, rows, COLUMNS)) out.line(line);
  for (const { account, kind, enrolment, why, notOptedIn } of records) {
    if (enrolment !== "enrolled" && why !== null) print(`${account} ${IS[kind](enrolment)}: ${safe(why)}`, out);
    if (notOptedIn.length > 0)
      print(`${account} has not opted in to ${notOptedIn.map((each) => safe(each)).join(", ")}`, out);
  }
}

// --- internal ---

const HEAD = ["account", "name", "enrolment", "event", "sweep", "buckets", "differ"];

/** Neither the hub nor the management account is reached by StackSets without more ado. */
const IS: Readonly<Record<KnownAccount["kind"], (enrolment: string | null) => string>> = {
  hub: (enrolment) =>
    `is the hub: its home Region is looked after, and its others are ${enrolment} until they have member stacks (bucketseal org rollout)`,
  management: (enrolment) =>
    `is the management account, which StackSets never reach: it is ${enrolment} until a member stack is deployed by hand (bucketseal org rollout)`,
  member: (enrolment) => `is ${enrolment}`,
};

function print(text: string, out: Output): void {
  const [first = "", ...rest] = wrap(text, "    ", COLUMNS);
  out.line();
  for (const line of [first.trimStart(), ...rest]) out.line(line);
}
