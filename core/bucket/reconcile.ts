/** The loop for a bucket: look, decide, guard, write, verify, record. */

import { sameEncryption } from "#core/encryption";
import { isEncryptionCall } from "#core/event/calls";
import type { Trigger } from "#core/event/trigger";
import { release, secondsBusy } from "#core/ledger/lease";
import type { Look } from "#core/ledger/look";
import { openLook } from "#core/ledger/open";
import { record } from "#core/ledger/record";
import type { Intent } from "#core/ledger/state";
import { RetryableError } from "#core/retryable";
import { answered } from "./answered.ts";
import { applyPlan } from "./apply.ts";
import { contested } from "./contested.ts";
import type { Ports } from "./ports.ts";
import { settle } from "./settle.ts";
import { type Entry, entry, type Judgement, type Later, later, type Moved, moved } from "./step.ts";
import { type Survey, survey } from "./survey.ts";
import { waitToAct, waitToRecheck, waitToReport } from "./waits.ts";
import { withheld } from "./withheld.ts";
import type { Work } from "./work.ts";

/** The result of one look at one bucket. */
export type Result = Done | Later;

/** A look that came to a result. */
export interface Done extends Judgement {
  readonly kind: "done";
  /** Milliseconds since the epoch: when it began to read. */
  readonly readAt: number;
  /** Whether it answers an event that was on record by then, so that nobody need look for that. */
  readonly answers: (trigger: Trigger) => boolean;
}

/** How often a look restarts because the bucket or the ledger changed meanwhile. */
const ROUNDS = 5;

/**
 * Looks at one bucket and does what the policy says: observe, decide, guard, record the intent,
 * apply, verify, record, alert. Transient errors are thrown, and a redelivery finishes what was
 * started. Only one worker at a time writes a bucket: an intent is recorded only if the ledger has
 * not changed since before the bucket was read.
 * @throws whatever a port throws; `RetryableError` if the bucket keeps changing or a write is not
 *   visible in time.
 */
export async function reconcile(ports: Ports, work: Work): Promise<Result> {
  const owner = ports.newId();
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const result = await look(ports, work, owner);
      if (result.kind === "moved") continue;
      if (result.kind === "later" && round > 0) await release(ports, work.ref, owner);
      return result;
    }
    throw new RetryableError(`${work.ref.bucket} changed under every one of ${ROUNDS} looks`);
  } catch (error) {
    // A lease that cannot be released expires by itself; the first error is the one that counts.
    await release(ports, work.ref, owner).catch(() => undefined);
    throw error;
  }
}

// --- internal ---

function done(seen: Survey, judged: Judgement): Done {
  return { kind: "done", ...judged, readAt: seen.readAt, answers: (trigger) => answered(seen, trigger) };
}

/** One round. */
async function look(ports: Ports, work: Work, owner: string): Promise<Result | Moved> {
  const opened = await openLook(ports, work, owner);
  if (opened.kind === "busy") return later(secondsBusy(opened.held, work.hops, ports.now()), "busy");
  if (opened.kind === "moved") return moved;
  const inForce = await ports.policy();
  const unsettled = await settle(ports, work, opened, inForce.policy);
  if (unsettled !== null) return unsettled;

  const seen = await survey(ports, opened, inForce);
  const now = ports.now();
  const end = finished(seen, now) ?? waitToAct(work, seen, now) ?? (await act(ports, seen, now));
  if (end.kind !== "entry") return end;
  const { outcome, plan } = end;
  if ((await record(ports, end.look, outcome, plan)) === "moved") return moved;
  // A write was reported; a new look handles what it left, or what changed after it.
  if (end.look.isRest) return moved;
  return waitToRecheck(work, seen, ports.now()) ?? done(seen, { outcome, plan });
}

/** A write that an earlier look started and that the bucket shows; `null`: there is none. */
function finished({ look, plan }: Survey, now: number): Later | Entry | null {
  if (look.write !== "took") return null;
  return (
    waitToReport(look.state.intent, now) ??
    entry({ ...look, isRest: plan.verdict !== "compliant" }, { outcome: "changed", plan })
  );
}

/**
 * Carries out the plan, or returns what prevents it, once the result of an earlier write is sure.
 */
async function act(ports: Ports, seen: Survey, now: number): Promise<Later | Entry | Moved> {
  const clearance = await withheld(ports, seen);
  const lost = lostWrite(seen, now);
  let end: Entry;
  if (clearance.kind === "write") {
    if (lost !== null) return lost;
    const stop = await contested(ports, seen, clearance.plan);
    const look = stop === "closed" ? withoutBreaker(seen.look) : seen.look;
    if (stop === null || stop === "closed") return applyPlan(ports, { ...seen, look, plan: clearance.plan });
    end = stop;
  } else {
    end = entry(seen.look, clearance.judged);
  }
  const unsure = seen.look.write === "unreadable" ? null : waitToReport(seen.look.state.intent, now);
  return unsure ?? lost ?? end;
}

function withoutBreaker(look: Look): Look {
  return { ...look, state: { ...look.state, breaker: null, writes: [], unverified: [] } };
}

/**
 * A write that nobody saw, of a bucket that was changed since; `null`: there is none. It took
 * effect, or may have, so it is told by itself before anything else is written: no change of ours
 * is told under another one's id. What was there before the write may be shown by S3 for a while.
 */
function lostWrite({ look, plan }: Survey, now: number): Later | Entry | null {
  const { intent, triggers } = look.state;
  if (look.write !== "unconfirmed" || intent === null) return null;
  const lost = entry({ ...look, isRest: true }, { outcome: "superseded", plan });
  if (!sameEncryption(intent.before, look.observed)) return lost;
  const isPutBack = intent.isTaken || triggers.some((event) => isEncryptionCall(event) && isLater(event, intent));
  return isPutBack ? (waitToReport(intent, now) ?? lost) : null;
}

/** Whether a call surely came after a write was started. CloudTrail's times are whole seconds. */
function isLater({ eventTime }: { readonly eventTime: string }, { at }: Intent): boolean {
  return Date.parse(eventTime) > Date.parse(at);
}
