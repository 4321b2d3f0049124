import { type CompiledPolicy, compilePolicy } from "#core/match/compile";
import type { Policy } from "#core/policy/policy";
import { concernedBy, type KnownState } from "./concerned.ts";
import { targetsOf } from "./targets.ts";

/** What a push means for the buckets that the ledger knows: their names, in order. */
export interface PushEffects {
  /** Every bucket whose target could be another one. */
  readonly concerned: readonly string[];
  /** Written from now on, and not before. */
  readonly enforced: readonly string[];
  /** Only observed from now on. */
  readonly observed: readonly string[];
  /** Exempt until now. */
  readonly unexempted: readonly string[];
}

/**
 * Tells what a push would do, by the names of buckets and the rules that applied to them last: tags
 * and places, where they decide, are taken to be as they were then.
 * @param before - `null`: there was no policy
 */
export function pushEffects(
  before: Policy | null,
  after: Policy,
  known: readonly KnownState[],
  now: number,
): PushEffects {
  const isConcerned = concernedBy(before, after, now);
  const sides = [before === null ? null : compilePolicy(before), compilePolicy(after)] as const;
  const concerned = known.filter(isConcerned).toSorted((a, b) => (a.ref.bucket < b.ref.bucket ? -1 : 1));
  const moved = concerned.map((state) => {
    const [was, is] = sides.map((side) => (side === null ? "none" : standing(side, state, now)));
    return { name: state.ref.bucket, was, is };
  });
  const names = (passes: (each: (typeof moved)[number]) => boolean) => moved.filter(passes).map(({ name }) => name);
  return {
    concerned: concerned.map(({ ref }) => ref.bucket),
    enforced: names(({ was, is }) => is === "enforce" && was !== "enforce"),
    observed: names(({ was, is }) => is === "observe" && was !== "observe"),
    unexempted: names(({ was, is }) => was === "exempt" && is !== "exempt"),
  };
}

// --- internal ---

function standing(side: CompiledPolicy, { ref, rule }: KnownState, now: number): string {
  const { rules, exemptions } = targetsOf(side, ref, now);
  const applies = rules.find(({ what, isSure }) => isSure || what.id === rule);
  if (applies === undefined) return "none";
  return exemptions.some(({ isSure }) => isSure) ? "exempt" : applies.what.mode;
}
