import { buildAlert } from "#core/alert/bucket";
import { type BucketEncryption, sameEncryption } from "#core/encryption";
import type { Trigger } from "#core/event/trigger";
import type { BucketRef } from "#core/names";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";
import type { HistoryEntry } from "./history.ts";
import type { BucketState, Restored } from "./state.ts";

/** A restored configuration, as its bucket's state, its history and its alert tell it. */
export interface Restoration extends Restored {
  readonly ref: BucketRef;
  /** The id of the entry and of the alert. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The entry whose finding was restored. */
  readonly to: string;
  readonly before: BucketEncryption;
  /** What is weaker than before, one sentence each. */
  readonly weaker: readonly string[];
  /** Why it is not known whether the write took effect; `null`: it was verified. */
  readonly unverified: string | null;
  /** Who did it, with the name of the command in the place of a call. */
  readonly trigger: Trigger;
}

/**
 * What a bucket that shows this is exempt by; `null`: by nothing. `now`: milliseconds since the
 * epoch.
 */
export function exemptBy(state: BucketState, observed: BucketEncryption | null, now: number): Restored | null {
  const restored = state.exemptUntil ?? null;
  if (restored === null || now >= Date.parse(restored.until)) return null;
  return sameEncryption(observed, restored.shown) ? restored : null;
}

/** The reason for which a restored configuration is left alone. */
export function restoredReason({ by, until, why }: Restored): Reason {
  const said = why === null ? "" : `: ${safe(why)}`;
  return { code: "rolled-back", text: `rolled back by ${safe(by)}, and left alone until ${until}${said}` };
}

/**
 * The state after a configuration was restored, with its alert, and the entry of the history. The
 * alert is sent by the look that follows from the write's own event.
 */
export function withRestored(
  state: BucketState,
  { ref, id, now, to, before, weaker, unverified, trigger, ...restored }: Restoration,
): { readonly state: BucketState; readonly entry: HistoryEntry } {
  const { shown, until, by, why } = restored;
  const at = new Date(now).toISOString();
  const weakening = weaker.map((text): Reason => ({ code: "weakened-by-rollback", text }));
  const doubts: Reason[] = unverified === null ? [] : [{ code: "earlier-write-unconfirmed", text: unverified }];
  const reasons = [restoredReason(restored), ...weakening, ...doubts];
  const { rule, mode, exemption, policyVersion } = state;
  const plan = { rule, mode: mode ?? "observe", before, after: shown, declaredKey: null, reasons };
  const alert = buildAlert({ id, now, outcome: "exempt", ref, plan, trigger });
  const texts = reasons.map(({ text }) => text);
  const { eventId, eventName, eventTime, actor } = trigger;
  const next: BucketState = {
    ...state,
    outcome: "exempt",
    observed: shown,
    reasons: texts,
    since: at,
    told: null,
    blamed: trigger,
    outbox: { alert, owner: id, expires: at },
    exemptUntil: restored,
  };
  return {
    // That look may have come before this was written: then the next tick's look sends the alert.
    state: { ...next, due: at },
    entry: {
      id,
      at,
      outcome: "changed",
      was: state.outcome,
      rule,
      exemption,
      mode,
      policyVersion,
      before,
      after: shown,
      actor,
      event: { eventId, eventName, eventTime },
      reasons: texts,
      alert: id,
      latencyMs: null,
      rollback: { by, why, to, until },
    },
  };
}

/**
 * What is left of the exemption after a look: nothing once its time is over, or the bucket was
 * repaired.
 */
export function exemptionKept({ exemptUntil }: BucketState, isRepaired: boolean, now: number): Restored | null {
  if (exemptUntil == null || isRepaired || now >= Date.parse(exemptUntil.until)) return null;
  return exemptUntil;
}
