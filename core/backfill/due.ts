/** Backfills of whole buckets that a rule asks for time and again, and the sweep begins. */

import type { BucketRef } from "#core/names";
import type { Verdict } from "#core/outcome";
import type { Rule } from "#core/policy/policy";
import type { Selection } from "./selection.ts";
import type { BackfillWindow } from "./window.ts";

/** A backfill that is due. */
export interface DueBackfill {
  readonly window: BackfillWindow;
  readonly versions: Selection["versions"];
}

/**
 * The backfill of a bucket that is due by its rule; `null`: the rule asks for none, it is not the
 * bucket's time, or its own default is not as declared yet. Each bucket has a time of its own in a
 * period, so that a hundred thousand buckets under one rule are not due on the same day, and two
 * days for it, so that a daily sweep comes by. The id is the same for all of a period: a backfill
 * is begun once in each, and once more if the rule or its key is another by then.
 *
 * @param now - milliseconds since the epoch
 */
export function dueBackfill(
  { bucket }: Pick<BucketRef, "bucket">,
  { verdict, declaredKey }: { readonly verdict: Verdict; readonly declaredKey: string | null },
  { mode, encryption, objects }: Pick<Rule, "mode" | "encryption" | "objects">,
  now: number,
): DueBackfill | null {
  const { atRest = "off", versions = "current", backfillEvery: seconds } = objects ?? {};
  if (seconds === undefined || atRest === "off" || mode === "off" || verdict !== "compliant") return null;
  const period = seconds * 1000;
  const since = now + (hashOf(bucket) % seconds) * 1000;
  if (since % period >= TIME_FOR_IT) return null;
  const asked = hashOf(JSON.stringify([declaredKey, encryption, objects]));
  const id = `due-${Math.floor(since / period)}-${asked.toString(36)}`;
  return { window: { id, kind: "due", from: null, to: new Date(now).toISOString() }, versions };
}

// --- internal ---

/** Two days in milliseconds: sweeps are daily, unless somebody says otherwise. */
const TIME_FOR_IT = 2 * 86_400_000;

/** A whole number of 32 bits, far from that of a similar text: names of buckets often count. */
function hashOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
