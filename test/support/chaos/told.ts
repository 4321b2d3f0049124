import { isDeepStrictEqual } from "node:util";
import type { Alert } from "#core/alert/schema";
import type { HistoryEntry } from "#core/ledger/history";
import type { LoggedCall } from "../local-aws/local-aws.ts";

/**
 * What is told wrongly about one bucket: its history, whose entries are the alerts and what was
 * counted instead of sent, against the writes of its encryption in the call log. Every change of
 * ours has an entry after it, and no entry tells of a change that was not made. That each has an
 * entry of its own is not asked here: one that is undone before its look could record it is told
 * with the write that repeats it.
 */
export function wronglyTold(
  bucket: string,
  calls: readonly LoggedCall[],
  history: readonly HistoryEntry[],
): readonly string[] {
  const changes = changesOf(bucket, calls);
  const tellings = timesOf(history, ["changed", "superseded"]);
  const claims = timesOf(history, ["changed"]);
  const countOf = (times: readonly number[], passes: (time: number) => boolean) => times.filter(passes).length;
  return [
    ...changes
      .filter((at) => !tellings.some((time) => time >= at - CLOCK))
      .map((at) => `${bucket}: the change of ${iso(at)}, or one after it, is told nowhere`),
    ...claims
      .filter((at) => countOf(claims, (time) => time <= at) > countOf(changes, (time) => time <= at + CLOCK))
      .map((at) => `${bucket}: the change told at ${iso(at)} was not made`),
  ];
}

/** The ids of alerts that came with more than one content. */
export function twofold(alerts: readonly Alert[]): readonly string[] {
  const first = new Map<string, Alert>();
  const ids = new Set<string>();
  for (const alert of alerts) {
    const other = first.get(alert.id);
    if (other === undefined) first.set(alert.id, alert);
    else if (!isDeepStrictEqual(other, alert)) ids.add(alert.id);
  }
  return [...ids];
}

// --- internal ---

const CLOCK = 1_000;
const ENCRYPTS: ReadonlySet<string> = new Set(["PutBucketEncryption", "DeleteBucketEncryption"]);

/** When a write of ours replaced what somebody else had written; one that S3 made twice is one. */
function changesOf(bucket: string, calls: readonly LoggedCall[]): readonly number[] {
  const times: number[] = [];
  let isOurs = true;
  let twins = 0;
  for (const call of calls) {
    if (call.bucket !== bucket || !ENCRYPTS.has(call.api) || call.status >= 300) continue;
    const isTwin = call.function !== null && call.faulted === "twice" && ++twins % 2 === 0;
    if (call.function !== null && !isOurs && !isTwin) times.push(Date.parse(call.time));
    isOurs = call.function !== null;
  }
  return times;
}

/** When the entries with one of these outcomes were made. */
function timesOf(history: readonly HistoryEntry[], outcomes: readonly Alert["outcome"][]): readonly number[] {
  return history.filter(({ outcome }) => outcomes.includes(outcome)).map(({ at }) => Date.parse(at));
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
