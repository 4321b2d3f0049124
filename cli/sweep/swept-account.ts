import { ALL_REGIONS } from "#aws/runs/items";
import { safe } from "#core/safe";
import { counted } from "#core/sweep/counts";
import { isUnderWay } from "#core/sweep/run";
import type { Output } from "../terminal/output.ts";
import { COLUMNS, table } from "../terminal/table.ts";
import { type Followed, isAlive } from "./follow-accounts.ts";

/** What became of the sweep of an account, as `--json` has it. */
export function sweptAccount({ scope, before, record, run }: Followed) {
  const isStalled = run !== null && isUnderWay(run) && !isAlive(run);
  const state = isStalled ? ("stalled" as const) : (run?.state ?? null);
  const { last, current } = before;
  const why = run === null ? "no run began: is the sweep function running?" : `no progress since ${run.touched}`;
  return {
    account: scope.account,
    name: record.name,
    region: scope.region === ALL_REGIONS ? null : scope.region,
    enrolment: record.enrolment,
    why: state === null || state === "superseded" || isStalled ? (record.why ?? why) : null,
    run: run?.id ?? null,
    state,
    by: run?.by ?? null,
    started: run?.started ?? null,
    ended: run?.state === "done" ? run.touched : null,
    joined: run !== null && run.id === current,
    counts: run?.counts ?? null,
    before: last === null || last.run === run?.id ? null : last.counts,
  };
}

/** Prints a line for each sweep, then why some accounts have none. */
export function printSwept(accounts: readonly ReturnType<typeof sweptAccount>[], out: Output): void {
  const shown = counted.filter((name) => name === "seen" || accounts.some(({ counts }) => (counts?.[name] ?? 0) > 0));
  const rows = accounts.map(({ account, region, state, counts }) => [
    account,
    region ?? "all Regions",
    state ?? "not begun",
    ...shown.map((name) => (counts === null ? "" : String(counts[name]))),
  ]);
  const head = ["account", "where", "sweep", ...shown.map((name) => (name === "seen" ? "buckets" : name))];
  for (const line of table(head, rows, COLUMNS)) out.line(line);
  for (const { account, enrolment, why } of accounts) {
    if (why !== null) out.line(`${account} is ${enrolment ?? "not known"}: ${safe(why)}`);
  }
}
