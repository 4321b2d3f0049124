import { compileGlob, globMatches } from "#core/match/glob";
import type { Policy, Rule } from "#core/policy/policy";
import type { PolicyFinding } from "./finding.ts";

/** The part of a hazard that a rule can refer to. */
export interface NamedHazard {
  readonly name: string;
  /** Whether a rule may accept it, so that it does not hold a write. */
  readonly isAcceptable: boolean;
  /**
   * The names, as globs, of the buckets that it is about: a rule accepts it only for buckets that
   * it names without a wildcard. Absent: a name does not tell.
   */
  readonly names?: readonly string[];
}

/**
 * Names in `accept` without effect: of no hazard, of one that cannot be accepted, or of one that is
 * accepted by a bucket's name where the rule names no such bucket. They are errors, since their
 * author expects a write that would be held.
 */
export function checkAccept({ rules }: Policy, hazards: readonly NamedHazard[]): PolicyFinding[] {
  const acceptable = hazards.filter((hazard) => hazard.isAcceptable).map((hazard) => hazard.name);
  const known = acceptable.length === 0 ? "no hazard can be accepted" : `it can be ${acceptable.join(", ")}`;
  return rules.flatMap((rule, at) =>
    rule.accept.flatMap(({ name, reason }, entry): PolicyFinding[] => {
      const hazard = hazards.find((each) => each.name === name);
      const wrong = withoutEffect(name, hazard, rule, known);
      if (wrong === null) return [];
      const message = `${wrong} remove it from accept`;
      // The older form is a list.
      const path = ["rules", at, "accept", reason === null ? entry : name];
      return [{ severity: "error", path, rule: rule.id, code: "accept", message }];
    }),
  );
}

// --- internal ---

function withoutEffect(name: string, hazard: NamedHazard | undefined, { match }: Rule, known: string): string | null {
  if (hazard === undefined) return `"${name}" is not the name of a hazard; ${known};`;
  if (!hazard.isAcceptable) {
    return `the hazard "${name}" cannot be accepted: what it warns of would be lost or broken; ${known};`;
  }
  const { names } = hazard;
  if (names === undefined || namesOne(match.buckets ?? [], names)) return null;
  return `the hazard "${name}" is accepted only for buckets that the rule names without a wildcard, and it names none of ${names.join(", ")}; name one in full under match.buckets, or`;
}

/** Whether one of the rule's own names, none of its globs, is among these names. */
function namesOne(buckets: readonly string[], names: readonly string[]): boolean {
  const globs = names.map(compileGlob);
  return buckets.some((bucket) => !/[*?\\]/.test(bucket) && globs.some((glob) => globMatches(glob, bucket)));
}
