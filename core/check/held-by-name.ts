import type { CompiledPolicy } from "#core/match/compile";
import { type CompiledMatch, compileMatch } from "#core/match/conditions";
import { matchCovers, matchesMeet } from "#core/match/relations";
import type { Rule } from "#core/policy/policy";
import type { NamedHazard } from "./accept.ts";

/** Buckets that a rule reaches, and that a hazard holds by their names. */
export interface HeldByName {
  readonly rule: string;
  readonly hazard: string;
  /** Their names, as globs. */
  readonly names: readonly string[];
}

/**
 * The rules that reach buckets which a hazard holds because of their names, so that nobody waits
 * for a write that never comes. What an earlier rule surely takes, a later one does not reach, and
 * a rule that does not enforce, or declares neither an algorithm nor a key, re-keys nothing.
 */
export function heldByName(compiled: CompiledPolicy, hazards: readonly NamedHazard[]): HeldByName[] {
  const { rules } = compiled.policy;
  const reached = hazards.flatMap((hazard) =>
    (hazard.names ?? []).flatMap((name) => {
      const named = compileMatch({ buckets: [name] });
      const last = compiled.rules.findIndex((match) => matchCovers(match, named));
      return rules
        .slice(0, last === -1 ? rules.length : last + 1)
        .filter((rule, at) => isReKeying(rule) && reaches(written(rule, compiled.rules[at], hazard), named))
        .map(({ id }) => ({ rule: id, hazard: hazard.name, name }));
    }),
  );
  return rules.flatMap(({ id }) =>
    hazards.flatMap(({ name: hazard }) => {
      const names = reached.filter((each) => each.rule === id && each.hazard === hazard).map(({ name }) => name);
      return names.length === 0 ? [] : [{ rule: id, hazard, names }];
    }),
  );
}

// --- internal ---

function isReKeying({ mode, encryption: { algorithm, bucketKey } }: Rule): boolean {
  return mode === "enforce" && (algorithm !== undefined || bucketKey !== undefined);
}

/**
 * Whether a rule takes all of these names or some on purpose. A glob that begins with a `*` meets
 * nearly every other one, which says nothing.
 */
function reaches(match: CompiledMatch, named: CompiledMatch): boolean {
  if (match.buckets === null || matchCovers(match, named)) return matchesMeet(match, named);
  const isOpen = named.buckets?.patterns.some(({ head }) => head === "") === true;
  const patterns = match.buckets.patterns.filter(({ head }) => head !== "" && !isOpen);
  return matchesMeet({ ...match, buckets: { ...match.buckets, patterns } }, named);
}

/** The rule's match without the names for which it accepts the hazard. */
function written({ accept }: Rule, match: CompiledMatch | undefined, { name }: NamedHazard): CompiledMatch {
  const { buckets, ...others } = match as CompiledMatch;
  if (buckets === null || !accept.some((each) => each.name === name)) return match as CompiledMatch;
  return { ...others, buckets: { ...buckets, literals: new Set() } };
}
