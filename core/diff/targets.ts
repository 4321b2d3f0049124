import { eachCandidate } from "#core/match/candidates";
import type { CompiledPolicy } from "#core/match/compile";
import type { CompiledMatch } from "#core/match/conditions";
import { type Holds, matchHolds, no, yes } from "#core/match/holds";
import type { BucketRef } from "#core/names";
import type { Exemption, Rule } from "#core/policy/policy";

/** What a policy may want of a bucket, as far as its name alone tells. */
export interface Targets {
  /** The rules that may apply, in order; the last one surely does, unless `isOpen`. */
  readonly rules: readonly Possible<Rule>[];
  /** Whether no rule may apply. */
  readonly isOpen: boolean;
  /** Exemptions that may apply; only one where one surely does. */
  readonly exemptions: readonly Possible<Exemption>[];
}

/**
 * Finds what a policy may want of a bucket whose tags and place in the organization are not known.
 */
export function targetsOf(compiled: CompiledPolicy, ref: BucketRef, now: number): Targets {
  const facts = { ref, now };
  const { policy } = compiled;
  const rules: Possible<Rule>[] = [];
  let isOpen = true;
  eachCandidate(compiled.ruleIndex, facts, (at) => {
    const holds: Holds = matchHolds(compiled.rules[at] as CompiledMatch, facts);
    if (holds !== no) rules.push({ what: policy.rules[at] as Rule, isSure: holds === yes });
    isOpen = holds !== yes;
    return !isOpen;
  });
  let exemptions: Possible<Exemption>[] = [];
  eachCandidate(compiled.exemptionIndex, facts, (at) => {
    if (now >= (compiled.until[at] as number)) return false;
    const holds: Holds = matchHolds(compiled.exemptions[at] as CompiledMatch, facts);
    const found = { what: policy.exemptions[at] as Exemption, isSure: holds === yes };
    if (holds === yes) exemptions = [found];
    else if (holds !== no) exemptions.push(found);
    return holds === yes;
  });
  return { rules, isOpen, exemptions };
}

// --- internal ---

/** A rule or an exemption, and whether it applies whatever the bucket's tags and place are. */
interface Possible<T> {
  readonly what: T;
  readonly isSure: boolean;
}
