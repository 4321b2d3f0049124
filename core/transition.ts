import { type Alert, buildAlert } from "./alert.ts";
import type { Look } from "./record.ts";
import type { BucketState } from "./state.ts";
import type { BucketEncryption, Outcome, Plan, Reason, WantedEncryption } from "./types.ts";

/**
 * What the ledger shall say after a look, with the alert it calls for; `null`: nothing new.
 * One alert per change of state: an outcome that was told already is not told again, and the way back is told once.
 */
export function transition(
  look: Look,
  outcome: Outcome,
  plan: Plan,
  stamp: { readonly now: number; readonly id: string },
): BucketState | null {
  const { state } = look;
  const time = new Date(stamp.now).toISOString();
  const extra = extraReasons(look, outcome, plan);
  const told = LOUD.has(outcome) ? fingerprint(outcome, plan) : null;
  const alert = calledFor(look, outcome, told, extra) ? alertOf(look, outcome, plan, extra, stamp) : null;
  const changed = outcome === "changed";
  const next: BucketState = {
    ...state,
    outcome,
    rule: plan.rule,
    exemption: plan.exemption,
    mode: plan.mode,
    observed: changed && state.intent !== null ? observedAfter(state.intent.after) : plan.before,
    reasons: [...plan.reasons, ...extra].map((reason) => reason.text),
    since: state.outcome === outcome && alert === null ? state.since : time,
    policyVersion: look.policyVersion,
    told,
    intent: null,
    outbox: alert === null ? null : { alert, owner: look.owner, expires: leaseEnd(stamp.now) },
    settleUntil: null,
    lastWriteAt: changed ? time : state.lastWriteAt,
  };
  return same(next, look.found) ? null : next;
}

// --- internal ---

/** Outcomes that somebody should hear of. */
const LOUD: ReadonlySet<Outcome> = new Set(["reported", "changed", "held", "contested", "unreadable", "failed"]);
const TAG_CALLS: ReadonlySet<string> = new Set([
  "PutBucketTagging",
  "DeleteBucketTagging",
  "TagResource",
  "UntagResource",
]);

function calledFor(look: Look, outcome: Outcome, told: string | null, extra: readonly Reason[]): boolean {
  if (outcome === "changed" || extra.length > 0) return true;
  return told !== null && told !== look.state.told;
}

function extraReasons({ state, trigger }: Look, outcome: Outcome, plan: Plan): Reason[] {
  const reasons: Reason[] = [];
  if (state.outcome !== null && state.rule !== plan.rule && trigger !== null && TAG_CALLS.has(trigger.eventName)) {
    const text = `the bucket's tags moved it from rule ${state.rule ?? "(none)"} to ${plan.rule ?? "(none)"}`;
    reasons.push({ code: "rule-changed-by-tags", text });
  }
  if (state.intent !== null && outcome !== "changed" && !ENDS_INTENT.has(outcome)) {
    reasons.push({ code: "earlier-write-unconfirmed", text: "an earlier write was begun and never seen to take" });
  }
  if (!LOUD.has(outcome) && state.told !== null && state.outcome !== "changed") {
    reasons.push({ code: "compliant-again", text: `no longer ${state.outcome}` });
  }
  return reasons;
}

/** Outcomes that a write itself came to. */
const ENDS_INTENT: ReadonlySet<Outcome> = new Set(["gone", "failed", "held", "unreadable"]);

function alertOf(
  look: Look,
  outcome: Outcome,
  plan: Plan,
  extra: readonly Reason[],
  stamp: { readonly now: number; readonly id: string },
): Alert {
  const intent = outcome === "changed" ? look.state.intent : null;
  return buildAlert({
    id: intent?.id ?? stamp.id,
    now: stamp.now,
    outcome,
    ref: look.ref,
    plan: intent === null ? plan : { ...plan, before: intent.before, after: intent.after },
    reasons: intent === null ? [...plan.reasons, ...extra] : [...extra],
    intentReasons: intent?.reasons ?? [],
    trigger: intent?.trigger ?? look.trigger,
  });
}

function fingerprint(outcome: Outcome, plan: Plan): string {
  const codes = plan.reasons.map((reason) => reason.code);
  return JSON.stringify([outcome, plan.rule, plan.exemption, plan.before, plan.after, codes]);
}

function observedAfter(after: WantedEncryption): BucketEncryption {
  return { ...after };
}

function leaseEnd(now: number): string {
  return new Date(now + 60_000).toISOString();
}

function same(a: BucketState, b: BucketState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
