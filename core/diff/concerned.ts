import { type CompiledPolicy, compilePolicy } from "#core/match/compile";
import type { BucketRef } from "#core/names";
import type { Policy } from "#core/policy/policy";
import { type Targets, targetsOf } from "./targets.ts";

/** A bucket as far as the ledger knows it. */
export interface KnownState {
  readonly ref: BucketRef;
  /** What became of the last look; `left alone`: it was as declared. */
  readonly outcome: string | null;
  /** The rule that applied then. */
  readonly rule: string | null;
}

/**
 * Which buckets a change of policy concerns: those whose target could be another one now. A change
 * of words (an id, a reason, a comment) is none, nor one that other rules shield a bucket from.
 * Tags and places are not known here: where they decide, a bucket is concerned if anything changed
 * that may apply to it.
 * @param before - `null`: there was no policy
 * @param now - milliseconds since the epoch: exemptions that have ended count no more
 */
export function concernedBy(before: Policy | null, after: Policy, now: number): (known: KnownState) => boolean {
  const [old, next] = [compilePolicy(before ?? EMPTY), compilePolicy(after)];
  const keysDiffer = keySet(old.policy) !== keySet(next.policy);
  return ({ ref, outcome }) => {
    const [was, is] = [targetsOf(old, ref, now), targetsOf(next, ref, now)];
    if (signature(old, was) !== signature(next, is)) return true;
    // Whether a stronger state counts as one depends on which keys the policy names at all.
    const mayAccept = is.rules.some(({ what }) => what.stronger === "accept");
    return keysDiffer && is.rules.length > 0 && (outcome !== "left alone" || mayAccept);
  };
}

// --- internal ---

const EMPTY: Policy = { version: 1, settle: 60, keys: {}, rules: [], exemptions: [] };

function keySet({ keys, rules }: Policy): string {
  const named = rules.flatMap(({ encryption: { key } }) => (key === undefined ? [] : [keys[key] ?? key]));
  return JSON.stringify([...new Set([...Object.values(keys), ...named])].sort());
}

/** Everything of the targets that a look goes by. */
function signature({ policy }: CompiledPolicy, { rules, isOpen, exemptions }: Targets): string {
  const possible = rules.map(({ what, isSure }) => {
    const { id: _, match, ...rest } = what;
    const { key } = what.encryption;
    // The match itself matters where it may not hold, and where a rule that names its bucket may do
    // more.
    const condition = isSure && what.accept.length === 0 ? null : match;
    return [
      { ...rest, encryption: { ...what.encryption, key: key === undefined ? null : (policy.keys[key] ?? key) } },
      condition,
    ];
  });
  const exempt = exemptions.map(({ what, isSure }) => (isSure ? "exempt" : what.match));
  return JSON.stringify([possible, isOpen, rules.length === 0 ? [] : exempt]);
}
