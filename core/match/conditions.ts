import type { Conditions, Match } from "#core/policy/policy";
import { compileGlob, type Glob, globMatches } from "./glob.ts";

/** A list of globs; literals are kept apart so that a long list of names costs one lookup. */
export interface GlobList {
  readonly literals: ReadonlySet<string>;
  readonly patterns: readonly Glob[];
}

export interface TagCondition {
  readonly name: string;
  readonly values: GlobList;
}

/** The compiled conditions of a `match` or an `except`; `null`: always holds. */
export interface CompiledConditions {
  readonly accounts: GlobList | null;
  readonly ous: ReadonlySet<string> | null;
  readonly accountTags: readonly TagCondition[] | null;
  readonly regions: GlobList | null;
  readonly buckets: GlobList | null;
  readonly tags: readonly TagCondition[] | null;
}

export interface CompiledMatch extends CompiledConditions {
  readonly except: CompiledConditions | null;
}

/** Compiles a `match` once, so that matching parses nothing. */
export function compileMatch(match: Match): CompiledMatch {
  return { ...compileConditions(match), except: match.except === undefined ? null : compileConditions(match.except) };
}

/** Whether any glob of the list matches the text. */
export function listMatches(list: GlobList, text: string): boolean {
  return list.literals.has(text) || list.patterns.some((glob) => globMatches(glob, text));
}

/** The globs of a field that takes one value or several. */
export function compileList(values: string | readonly string[]): GlobList {
  const globs = (typeof values === "string" ? [values] : values).map(compileGlob);
  const literals = globs.flatMap((glob) => (glob.literal === null ? [] : [glob.literal]));
  return { literals: new Set(literals), patterns: globs.filter((glob) => glob.literal === null) };
}

// --- internal ---

function compileConditions(given: Conditions): CompiledConditions {
  return {
    accounts: listOrNull(given.accounts),
    ous: given.ous === undefined ? null : new Set(given.ous),
    accountTags: tagsOrNull(given.accountTags),
    regions: listOrNull(given.regions),
    buckets: listOrNull(given.buckets),
    tags: tagsOrNull(given.tags),
  };
}

function tagsOrNull(given: Conditions["tags"]): readonly TagCondition[] | null {
  const tags = Object.entries(given ?? {}).map(([name, values]) => ({ name, values: compileList(values) }));
  return tags.length === 0 ? null : tags;
}

/** A list that contains `*` always holds. Not for tags: there `*` still requires the tag. */
function listOrNull(values: readonly string[] | undefined): GlobList | null {
  if (values === undefined) return null;
  const list = compileList(values);
  return list.patterns.some((glob) => glob.endsOnly && glob.head === "" && glob.tail === "") ? null : list;
}
