import type { Plan } from "#core/decide/plan";
import { type BucketEncryption, sameEncryption, type WantedEncryption } from "#core/encryption";
import type { Actor, Trigger } from "#core/event/trigger";
import type { Mode, Outcome } from "#core/outcome";
import type { Look } from "./look.ts";
import type { BucketState } from "./state.ts";

/** One entry of a bucket's history: an `EVENT` item. Texts are as long as `cut` left them. */
export interface HistoryEntry {
  /** The id of the alert about it; an id of its own where there is none. */
  readonly id: string;
  /** ISO 8601, milliseconds. */
  readonly at: string;
  readonly outcome: Outcome;
  /** The outcome before; `null`: the first look. */
  readonly was: Outcome | null;
  readonly rule: string | null;
  readonly exemption: string | null;
  readonly mode: Mode | null;
  readonly policyVersion: number | null;
  /** What was found; `null`: nothing could be read, or there is no bucket. */
  readonly before: BucketEncryption | null;
  /** What was written; `null`: nothing. */
  readonly after: WantedEncryption | null;
  /** Who caused it, and with which call; `null`: not known. */
  readonly actor: Actor | null;
  readonly event: Pick<Trigger, "eventId" | "eventName" | "eventTime"> | null;
  readonly reasons: readonly string[];
  /** The id of the alert that was made with it. */
  readonly alert: string | null;
  /** Milliseconds from the event's time to this entry. */
  readonly latencyMs: number | null;
  /** Only where a person restored an earlier configuration. */
  readonly rollback?: {
    /** The ARN of who did it. */
    readonly by: string;
    readonly why: string | null;
    /** The id of the entry whose finding was restored. */
    readonly to: string;
    /** ISO 8601: when the exemption ends. */
    readonly until: string;
  };
}

/**
 * The entry that a look adds to its bucket's history; `null`: none, since nothing about the bucket
 * changed, whatever the ledger noted of the look itself (its version of the policy, its events).
 *
 * @param next - the state that is written with it
 * @param stamp - the time in milliseconds since the epoch, and an id for an entry without an alert
 */
export function historyOf(
  look: Look,
  next: BucketState,
  { before }: Pick<Plan, "before">,
  stamp: { readonly now: number; readonly id: string },
): HistoryEntry | null {
  const { found } = look;
  // A write that is told by itself leaves the outcome of the last look.
  const lost = next.outbox?.alert.outcome === "superseded" ? next.outbox.alert : null;
  const outcome = lost?.outcome ?? (next.outcome as Outcome);
  const done = outcome === "changed" || outcome === "superseded" ? look.state.intent : null;
  const isSame =
    endOf(found.outcome) === endOf(outcome) &&
    found.rule === next.rule &&
    found.exemption === next.exemption &&
    sameEncryption(found.observed, next.observed);
  // An alert that only tells what was counted has its entries already.
  const isNews = next.outbox !== null && found.since !== next.since;
  if (isSame && done === null && !isNews) return null;
  const trigger = done === null ? look.trigger : done.trigger;
  return {
    id: done?.id ?? next.outbox?.alert.id ?? stamp.id,
    at: new Date(stamp.now).toISOString(),
    outcome,
    was: found.outcome,
    rule: next.rule,
    exemption: next.exemption,
    mode: next.mode,
    policyVersion: next.policyVersion,
    before: done === null ? before : done.before,
    after: done?.after ?? null,
    actor: trigger?.actor ?? null,
    event: trigger === null ? null : eventOf(trigger),
    reasons: lost?.reasons ?? next.reasons,
    alert: next.outbox?.alert.id ?? null,
    latencyMs: next.outbox?.alert.latencyMs ?? null,
  };
}

// --- internal ---

/** What a repaired bucket is at the next look, too. */
function endOf(outcome: Outcome | null): Outcome | null {
  return outcome === "changed" ? "left alone" : outcome;
}

function eventOf({ eventId, eventName, eventTime }: Trigger): NonNullable<HistoryEntry["event"]> {
  return { eventId, eventName, eventTime };
}
