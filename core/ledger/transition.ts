import type { Plan } from "#core/decide/plan";
import type { BucketEncryption, WantedEncryption } from "#core/encryption";
import { isTagCall } from "#core/event/calls";
import { alertOf, type Stamp, toldAlert } from "#core/ledger/telling/alert-of";
import { foldNews } from "#core/ledger/telling/news";
import { type Outcome, unresolved } from "#core/outcome";
import type { Reason } from "#core/reason/reason";
import { plainSince, withClosing } from "./closing.ts";
import { closedDrift, driftReason, driftRepaired, driftSeen, withDrift } from "./drift.ts";
import { dueOf } from "./due.ts";
import { isDue, settled } from "./fold.ts";
import { leaseEnd } from "./lease.ts";
import type { Look } from "./look.ts";
import { withoutLostWrite } from "./lost-write.ts";
import { exemptionKept } from "./restored.ts";
import { type BucketState, type Intent, textsOf, withoutTags } from "./state.ts";
import { stopping } from "./stopping.ts";

/**
 * The ledger's state after a look, with the alert it calls for. There is one alert per change of
 * state: what was reported is not reported again, its end is reported once, and what repeats is
 * counted and told together.
 */
export function transition(look: Look, outcome: Outcome, plan: Plan, stamp: Stamp): BucketState | "nothing new" {
  const { state } = look;
  const { intent } = state;
  if (outcome === "superseded" && intent !== null) return withoutLostWrite(look, intent, stamp.now);
  const done = outcome === "changed" ? intent : null;
  const time = new Date(stamp.now).toISOString();
  const known = state.drifting ?? null;
  const { ended, standing } =
    done === null
      ? driftSeen(known, plan, look.trigger, state.observed, plainSince(look, plan.before))
      : driftRepaired(known, done);
  const windows = ended.map((drift, index) =>
    withClosing(closedDrift(drift, stamp.now), look.closes ?? null, `drift-${stamp.id}-${index}`),
  );
  const extra = [...extraReasons(look, outcome, plan), ...windows.map(driftReason)];
  const told = unresolved.has(outcome) ? fingerprint(outcome, plan) : null;
  const wrote = done === null ? null : look.wroteAt === null ? done.at : new Date(look.wroteAt).toISOString();
  const stopped = stopping(look, outcome, plan, wrote, stamp.now);
  const isNews = done !== null || extra.length > 0 || stopped.isOpened || (told !== null && told !== state.told);
  const news = isNews ? { ...alertOf(look, outcome, plan, extra, stamp), windows } : null;
  const folding =
    news === null
      ? { folds: state.folded ?? [], own: null, isTold: false }
      : foldNews(news, told, look, stopped, stamp.now);
  const isOver = outcome === "gone" || stopped.isEnded || isDue(folding.folds, stamp.now);
  const isSent = folding.isTold || (isOver && folding.folds.some(({ untold }) => untold !== null));
  const restored = exemptionKept(state, done !== null || outcome === "gone", stamp.now);
  // What a person restored stays a violation, which is repaired when its time is over.
  const isRestored = restored !== null && outcome === "exempt";
  const next: BucketState = {
    ...state,
    ...(isUndetermined(plan) ? {} : { rule: plan.rule, exemption: plan.exemption, mode: plan.mode }),
    outcome,
    observed: look.observed,
    reasons: [...(done?.reasons ?? textsOf(plan.reasons)), ...textsOf(extra)],
    since: state.outcome === outcome && !isNews ? state.since : time,
    policyVersion: look.policyVersion,
    told,
    // A write may leave something beside it that the same call made; it is blamed for that, too.
    blamed: STANDS.has(outcome) || isRestored || look.isRest ? withoutTags(look.trigger) : null,
    intent: look.write === "unreadable" ? unfinished(look, time) : null,
    outbox: null,
    settleUntil: null,
    ...(state.exemptUntil === undefined ? {} : { exemptUntil: restored }),
    // Left out where there never was any, so that a look that finds nothing new writes nothing.
    ...(standing === null && state.drifting === undefined ? {} : { drifting: standing }),
    ...(look.refused === undefined && state.refused === undefined
      ? {}
      : { refused: outcome === "held" ? (look.refused ?? state.refused ?? null) : null }),
    driftWindows: windows.reduce(withDrift, state.driftWindows),
    lastWriteAt: done === null || look.wroteAt === null ? state.lastWriteAt : new Date(look.wroteAt).toISOString(),
    ...stopped.writes,
    ...(news === null && !isSent ? {} : { folded: isSent ? settled(folding.folds) : folding.folds }),
    // Whatever bucket has this name next is another one.
    ...(outcome === "gone" ? { driftWindows: [], lastWriteAt: null, folded: [], writes: [], unverified: [] } : {}),
    ...(outcome === "gone" && state.drifting !== undefined ? { drifting: null } : {}),
  };
  const due = dueOf(next);
  const alert = isSent ? toldAlert(news, look, next, plan, stamp, { ...folding, ...stopped }) : null;
  const complete: BucketState = {
    ...next,
    outbox: alert === null ? null : { alert, owner: look.owner, expires: leaseEnd(stamp.now) },
    ...(due === null && state.due === undefined ? {} : { due }),
  };
  return JSON.stringify(complete) === JSON.stringify(look.found) ? "nothing new" : complete;
}

// --- internal ---

/** Outcomes that leave a violation in place. */
const STANDS: ReadonlySet<Outcome> = new Set(["reported", "held", "contested", "failed"]);

/** The rule could not be determined: keep the last known one. */
function isUndetermined(plan: Plan): boolean {
  return plan.verdict === "unknown" && plan.rule === null;
}

/** The intent of a write that nobody could see: a later look finds out what became of it. */
function unfinished({ state: { intent }, wroteAt }: Look, time: string): Intent | null {
  if (intent === null) return null;
  return { ...intent, expires: time, ...(wroteAt === null ? {} : { isTaken: true }) };
}

function extraReasons({ state, trigger, write, policyVersion }: Look, outcome: Outcome, plan: Plan): Reason[] {
  const reasons: Reason[] = [];
  const isKnown = state.outcome !== null && state.outcome !== "gone";
  const isMoved = isKnown && state.rule !== plan.rule && !isUndetermined(plan);
  if (isMoved && state.policyVersion === policyVersion && trigger !== null && isTagCall(trigger)) {
    const text = `the bucket's tags moved it from rule ${state.rule ?? "(none)"} to ${plan.rule ?? "(none)"}`;
    reasons.push({ code: "rule-changed-by-tags", text });
  }
  if (write === "unconfirmed") {
    reasons.push({ code: "earlier-write-unconfirmed", text: "an earlier write was started but never confirmed" });
  }
  if (write === "overwritten") {
    reasons.push({ code: "overwritten", text: "somebody else changed the bucket right after the write" });
  }
  if (!unresolved.has(outcome) && outcome !== "changed" && state.told !== null) {
    reasons.push({ code: "compliant-again", text: `no longer ${state.outcome}` });
  }
  return reasons;
}

/**
 * Codes and facts, without texts: a reworded reason is not news, nor is a new version of the
 * policy.
 */
function fingerprint(outcome: Outcome, plan: Plan): string {
  const codes = plan.reasons.map((reason) => reason.code);
  return JSON.stringify([outcome, plan.rule, plan.exemption, parts(plan.before), parts(plan.after), codes]);
}

function parts(encryption: BucketEncryption | WantedEncryption | null): readonly unknown[] {
  return [encryption?.algorithm, encryption?.key, encryption?.bucketKey, encryption?.sseC];
}
