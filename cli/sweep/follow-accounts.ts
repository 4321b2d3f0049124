import { setTimeout as sleep } from "node:timers/promises";
import { ALL_REGIONS, type RunScope } from "#aws/runs/items";
import { currentRun, type LastRun, readLast } from "#aws/runs/pointers";
import { readRun } from "#aws/runs/runs";
import type { Table } from "#aws/table";
import { type AccountRecord, newAccountRecord } from "#core/org/account-record";
import { isStale, isUnderWay, type Run } from "#core/sweep/run";
import { recordsOf } from "../accounts/open-places.ts";
import { mapPool } from "../buckets/pool.ts";
import type { Output } from "../terminal/output.ts";
import { type Progress, startProgress } from "../terminal/progress.ts";

/** The sweep of an account: at home, or in all of its covered Regions. */
export interface Followed {
  readonly scope: RunScope;
  /** What there was before the start was sent. */
  readonly before: { readonly current: string | null; readonly last: LastRun | null };
  /** What was known of the account then, and what is known now. */
  readonly known: AccountRecord;
  readonly record: AccountRecord;
  /** `null`: none began. */
  readonly run: Run | null;
}

/** Which accounts are swept. */
export interface Swept {
  readonly ledger: Table;
  readonly home: RunScope;
  /** `null`: all that the hub knows. */
  readonly accounts: readonly string[] | null;
  /** The Regions that the hub covers. */
  readonly regions: readonly string[];
  /** Only until each has begun. */
  readonly isDetached: boolean;
  /** Milliseconds without a run that begins, after which none is waited for any more. */
  readonly patience: number;
}

/**
 * Has a sweep begin in each account, and follows them all to their ends, with one progress bar. A
 * run is an account's if the message began it, if it is under way, or if there was none of its name
 * before. What is not begun or has died is left as it is.
 * @param send - sends the starts; returns the id of the message for an account
 */
export async function followAccounts(
  swept: Swept,
  send: () => Promise<(account: string) => string>,
  out: Output,
): Promise<readonly Followed[]> {
  let all = await addAccounts(swept, []);
  const messageOf = await send();
  let waitsUntil = Date.now() + swept.patience;
  let [bar, shown, total]: [Progress | null, number, number] = [null, 0, 0];
  try {
    for (; ; await sleep(EVERY)) {
      const seen = await mapPool(all, PARALLEL, (each) => look(swept, each, messageOf(each.scope.account)));
      const hasBegun = seen.some(({ run }, at) => run !== null && all[at]?.run === null);
      if (hasBegun) waitsUntil = Date.now() + swept.patience;
      const isWaiting = Date.now() < waitsUntil;
      // After the runs: the hub notes all accounts before it starts a run in any.
      all = isWaiting ? await addAccounts(swept, seen) : seen;
      const [done, batches] = [sumOf(all, "done"), sumOf(all, "batches")];
      if (batches !== total) {
        bar?.end();
        [bar, shown, total] = [startProgress("batches", batches, out), 0, batches];
      }
      for (; shown < done && bar !== null; shown++) bar.tick();
      const areKnown = swept.accounts !== null || all.some((each) => isMembers(each, messageOf));
      const isOver = all.every((each) =>
        each.run === null ? !isAwaited(each, messageOf) : swept.isDetached || !isAlive(each.run),
      );
      if (isOver && areKnown) return all;
      if (!isWaiting && all.every(({ run }) => run === null || swept.isDetached || !isAlive(run))) return all;
    }
  } finally {
    bar?.end();
  }
}

/** Whether a run is under way and makes progress. */
export function isAlive(run: Run): boolean {
  return isUnderWay(run) && !isStale(run, Date.now());
}

// --- internal ---

const EVERY = 300;
const PARALLEL = 16;

/** Adds accounts that were not heard of yet, and brings what is known of the others up to date. */
async function addAccounts(swept: Swept, all: readonly Followed[]): Promise<readonly Followed[]> {
  const { ledger, home, accounts, regions } = swept;
  const records = new Map((await recordsOf(ledger, { accounts })).map((record) => [record.account, record]));
  const known = (account: string) => records.get(account) ?? newAccountRecord(account);
  const areOthers = regions.some((region) => region !== home.region);
  const scopes = [
    ...(accounts === null || accounts.includes(home.account) ? [home] : []),
    ...[...records.keys()]
      .filter((account) => account !== home.account || areOthers)
      .sort()
      .map((account) => ({ account, region: ALL_REGIONS })),
  ];
  return mapPool(scopes, PARALLEL, async (scope) => {
    const record = known(scope.account);
    const found = all.find((each) => each.scope.account === scope.account && each.scope.region === scope.region);
    if (found !== undefined) return { ...found, record };
    const [current, last] = await pointers(ledger, scope);
    if (all.length === 0) return { scope, before: { current, last }, known: record, record, run: null };
    // One that is heard of after the start has no earlier run.
    const none = { before: { current: null, last: null }, known: newAccountRecord(scope.account) };
    return { scope, ...none, record, run: null };
  });
}

function pointers(ledger: Table, scope: RunScope) {
  return Promise.all([currentRun(ledger, scope, "sweep"), readLast(ledger, scope, "sweep")]);
}

async function look({ ledger }: Swept, followed: Followed, message: string): Promise<Followed> {
  const { scope, run, before } = followed;
  if (run !== null) return { ...followed, run: (isUnderWay(run) ? await readRun(ledger, scope, run.id) : null) ?? run };
  const [current, last] = await pointers(ledger, scope);
  for (const id of [current, last?.run ?? null]) {
    const found = id === null ? null : await readRun(ledger, scope, id);
    if (found === null) continue;
    const isNew = id !== before.current && id !== before.last?.run;
    if (found.message === message || isNew || (id === current && isAlive(found))) return { ...followed, run: found };
  }
  return followed;
}

/** Whether a run may still begin: an account that could not be entered since the start has none. */
function isAwaited({ scope, known, record }: Followed, messageOf: (account: string) => string): boolean {
  if (scope.region !== ALL_REGIONS) return true;
  const isOut = record.enrolment !== null && record.enrolment !== "enrolled";
  const isNew = record.enrolment !== known.enrolment || record.why !== known.why;
  return !(isOut && (isNew || record.tried === messageOf(scope.account)));
}

/** Whether the message has come to a member, so that all accounts are noted. */
function isMembers({ scope, run, record }: Followed, messageOf: (account: string) => string): boolean {
  const message = messageOf(scope.account);
  return scope.region === ALL_REGIONS && (run?.message === message || record.tried === message);
}

function sumOf(all: readonly Followed[], what: "done" | "batches"): number {
  return all.reduce((sum, { run }) => sum + (run?.[what] ?? 0), 0);
}
