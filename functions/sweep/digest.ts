import { bucketsByOutcome } from "#aws/history/by-outcome";
import { entriesOfDay } from "#aws/history/by-time";
import { readDigested, writeDigested } from "#aws/runs/digest";
import type { RunScope } from "#aws/runs/items";
import { buildDigestAlert, type DayDigest, emptyDigest, withChange, withWaiting } from "#core/alert/day-digest";
import { unresolved } from "#core/outcome";
import type { DigestMessage } from "#core/sweep/messages";
import { isLookedAfter } from "../organization/places.ts";
import { alertId } from "../runtime/alert-id.ts";
import { logger } from "../runtime/telemetry.ts";
import type { SweepShared } from "./shared.ts";

/**
 * Tells in one alert what happened since the last digest, and which buckets wait. A message that
 * comes twice tells nothing twice.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function sendDigest(shared: SweepShared, { at }: DigestMessage): Promise<void> {
  const { ledger, scope, clock } = shared;
  const to = new Date(Math.min(Date.parse(at), clock.now())).toISOString();
  const last = await readDigested(ledger, scope);
  if (last !== null && last >= to) {
    logger.info("a digest came again", { at, last });
    return;
  }
  const earliest = new Date(Date.parse(to) - (last === null ? DAY : LONGEST)).toISOString();
  const from = last === null || last < earliest ? earliest : last;
  const digest = await gather(shared, from, to);
  const id = alertId("digest", scope.account, scope.region, to);
  await shared.publish(
    buildDigestAlert({ id, now: Date.parse(to), ref: scope, from, to, digest, isHub: shared.org !== null }),
  );
  await writeDigested(ledger, scope, to);
  logger.info("digest sent", { from, to, changes: digest.changes, waiting: digest.waiting });
}

// --- internal ---

const DAY = 86_400_000;
/** A stage whose digest was off for a year does not read the whole year. */
const LONGEST = 7 * DAY;

async function gather({ ledger, home, org }: SweepShared, from: string, to: string): Promise<DayDigest> {
  const isHere = (each: RunScope) => isLookedAfter(each, home, org?.settings ?? null);
  let digest = emptyDigest;
  for (const day of daysOf(from, to)) {
    for await (const entry of entriesOfDay(ledger, day, from)) {
      if (entry.at < to && isHere(entry)) digest = withChange(digest, entry);
    }
  }
  for (const outcome of unresolved) {
    for await (const bucket of bucketsByOutcome(ledger, outcome)) {
      if (isHere(bucket)) digest = withWaiting(digest, bucket);
    }
  }
  return digest;
}

/** The days (`yyyy-mm-dd`) that a time touches. */
function daysOf(from: string, to: string): string[] {
  const dayOf = (at: number) => new Date(at).toISOString().slice(0, "yyyy-mm-dd".length);
  const days: string[] = [];
  for (let at = Date.parse(dayOf(Date.parse(from))); at < Date.parse(to); at += DAY) days.push(dayOf(at));
  return days;
}
