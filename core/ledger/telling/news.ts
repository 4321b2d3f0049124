import { dangerOf } from "#core/decide/danger";
import { sameEncryption } from "#core/encryption";
import { callerOf } from "#core/event/caller";
import { actorsOf, type Fold, type Kind, type News } from "#core/ledger/fold";
import type { Look } from "#core/ledger/look";
import { withoutTags } from "#core/ledger/state";
import type { Stopping } from "#core/ledger/stopping";
import { withNews } from "#core/ledger/with-news";
import { type Outcome, unresolved } from "#core/outcome";
import { severityOf } from "#core/reason/severity-of";
import type { PreparedAlert } from "./alert-of.ts";

/** What becomes of a look's news. */
export interface Folding {
  readonly folds: readonly Fold[];
  /** The one that the news belongs to. */
  readonly own: Fold;
  readonly isTold: boolean;
}

/** Tells a look's news at once, or counts it where it repeats what was told. */
export function foldNews(
  news: PreparedAlert,
  print: string | null,
  look: Look,
  stopping: Stopping,
  now: number,
): Folding {
  const { limits, state } = look;
  const isFight = stopping.isCalm || news.outcome === "contested";
  const fightsUntil = isFight ? (stopping.breaker?.until ?? null) : null;
  const { folds, isTold } = withNews(state.folded ?? [], newsOf(news, print, look, stopping), {
    now,
    seconds: limits.fold,
    fightsUntil,
  });
  const own = folds.at(-1) as Fold;
  return { folds: stopping.isOpened ? named(folds, own, limits.fold, now) : folds, own, isTold };
}

// --- internal ---

function newsOf(news: PreparedAlert, print: string | null, { ref, state }: Look, { isOpened }: Stopping): News {
  const { outcome, plan, trigger, id } = news;
  const { before, after, rule } = plan;
  const kind = kindOf(outcome);
  const codes = news.reasons.map(({ code }) => code);
  const stood = state.outcome !== null && kindOf(state.outcome) === "stands";
  const isStanding = stood && sameEncryption(state.observed, before);
  return {
    kind,
    actor: trigger === null ? null : callerOf(trigger),
    rule,
    print,
    id,
    change: kind === "changed" ? id : null,
    before,
    after,
    trigger: withoutTags(trigger),
    severity: severityOf(outcome, codes, plan.severity),
    danger: kind === "over" ? 0 : dangerOf(before, after, ref.account),
    isOnceMore: kind !== "over" && trigger?.eventName !== "CreateBucket" && !isStanding,
    mustTell: isOpened || codes.includes("rule-changed-by-tags"),
  };
}

function kindOf(outcome: Outcome): Kind {
  if (outcome === "changed") return "changed";
  return unresolved.has(outcome) ? "stands" : "over";
}

/** An alert about an open breaker names all who took part: none of them is news any more. */
function named(folds: readonly Fold[], own: Fold, seconds: number, now: number): readonly Fold[] {
  const names = actorsOf(folds, seconds, now);
  return folds.map((each) => {
    if (each === own || each.actor === null || !names.includes(each.actor)) return each;
    const kinds = [...each.told.kinds.filter((kind) => kind !== "stands"), "stands" as const];
    return { ...each, told: { ...each.told, kinds, until: own.told.until, severity: own.told.severity } };
  });
}
