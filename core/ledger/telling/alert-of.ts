import { type AlertInput, buildAlert, type FoldedPart, type Repeated } from "#core/alert/bucket";
import type { Alert } from "#core/alert/schema";
import type { Plan } from "#core/decide/plan";
import { callerText } from "#core/event/caller";
import type { Breaker } from "#core/ledger/breaker";
import { driftReason } from "#core/ledger/drift";
import type { Fold, Untold } from "#core/ledger/fold";
import type { Look } from "#core/ledger/look";
import type { BucketState } from "#core/ledger/state";
import { type Outcome, unresolved } from "#core/outcome";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";

/** When an alert is made, and under which id. */
export interface Stamp {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** The alert's id, unless it uses the intent's. */
  readonly id: string;
}

/** An alert before what is told together with it is added. */
export type PreparedAlert = AlertInput & { readonly reasons: readonly Reason[] };

/** The alert about what a look came to. A change of ours is told as its intent says. */
export function alertOf(
  look: Look,
  outcome: Outcome,
  plan: Plan,
  extra: readonly Reason[],
  stamp: Stamp,
): PreparedAlert {
  const { ref, trigger, state } = look;
  const { now, id } = stamp;
  if (outcome !== "changed" || state.intent === null) {
    return { id, now, outcome, ref, plan, reasons: [...plan.reasons, ...extra], trigger };
  }
  const { intent } = state;
  const { rule, mode, before, after } = intent;
  return {
    id: intent.id,
    now,
    outcome,
    ref,
    plan: { ...plan, rule, mode, before, after },
    reasons: extra,
    intentReasons: intent.reasons,
    trigger: intent.trigger,
  };
}

/** What is told together with an alert. */
export interface Together {
  /** The folds with this look's own news, before what they counted is told. */
  readonly folds: readonly Fold[];
  /** Whose fold this look's own news belongs to; `null`: there is no news. */
  readonly own: Fold | null;
  readonly breaker: Breaker | null;
  /** Whether the breaker was closed by this look. */
  readonly isClosed: boolean;
}

/**
 * The alert to send: about the look's own news, or, where there is none, about what was counted. It
 * tells everything that was counted so far.
 *
 * @param next - the state that is saved with it
 */
export function toldAlert(
  news: PreparedAlert | null,
  look: Look,
  next: BucketState,
  plan: Plan,
  stamp: Stamp,
  { folds, own, breaker, isClosed }: Together,
): Alert {
  const counted = folds.filter(isCounted);
  const input = news ?? countedAlert(counted, look, next.outcome as Outcome, plan, stamp);
  const series = own ?? (counted.at(-1) as Counted);
  return buildAlert({
    ...input,
    isMember: look.isMember,
    lead: undoneAgain(series, input.outcome),
    reasons: [...input.reasons, ...counted.map(countedReason), ...(isClosed ? [CLOSED] : [])],
    repeated: repeatedOf(series, counted),
    contest: input.outcome === "contested" ? breaker : null,
  });
}

// --- internal ---

const CLOSED: Reason = {
  code: "breaker-closed",
  text: "nobody undid the last change for a whole window: the breaker is closed",
};

/** A fold with something to tell. */
type Counted = Fold & { readonly untold: Untold };

function isCounted(each: Fold): each is Counted {
  return each.untold !== null;
}

/**
 * What was counted has no alert of its own: this one is about what stands, else our last change.
 */
function countedAlert(
  counted: readonly Counted[],
  { ref, state }: Look,
  outcome: Outcome,
  plan: Plan,
  { now, id }: Stamp,
): PreparedAlert {
  const changed = counted.findLast(({ untold }) => untold.changes.length > 0);
  const { rule, untold } = changed ?? (counted.at(-1) as Counted);
  const { trigger, before, after } = untold.last;
  if (changed === undefined || unresolved.has(outcome)) {
    return { id, now, outcome, ref, plan, reasons: plan.reasons, trigger };
  }
  const since = Date.parse(untold.from);
  const windows = state.driftWindows.filter(({ to }) => Date.parse(to) >= since);
  const reasons = windows.map(driftReason);
  return { id, now, outcome: "changed", ref, plan: { ...plan, rule, before, after }, reasons, windows, trigger };
}

function undoneAgain({ actor, times, since }: Fold, outcome: Outcome): Reason[] {
  if (times < 2 || (outcome !== "changed" && outcome !== "contested")) return [];
  return [
    { code: "undone-again", text: `undone again by ${callerText(actor)}, the ${nth(times)} time since ${since}` },
  ];
}

function countedReason({ actor, untold: { count, from, to } }: Counted): Reason {
  const what = count === 1 ? "one more time" : `${count} more times`;
  const when = from === to ? `at ${from}` : `between ${from} and ${to}`;
  return { code: "folded", text: `${what} by ${callerText(actor)} ${when}, counted instead of told one by one` };
}

function repeatedOf({ incident, times, since }: Fold, counted: readonly Counted[]): Repeated | null {
  if (counted.length === 0 && times < 2) return null;
  const folded = counted.map(({ actor, untold: { count, from, to, changes } }): FoldedPart => {
    return { actor: actor === null ? null : safe(actor), count, from, to, changes: [...changes] };
  });
  return { incident, times, since, folded };
}

const ORDINAL = new Intl.PluralRules("en", { type: "ordinal" });
const SUFFIX: Readonly<Record<string, string>> = { one: "st", two: "nd", few: "rd", other: "th" };

function nth(count: number): string {
  return `${count}${SUFFIX[ORDINAL.select(count)]}`;
}
