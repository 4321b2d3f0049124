import type { FactError } from "#core/fact";
import type { Conditions } from "#core/policy/policy";
import type { CompiledConditions, GlobList } from "./conditions.ts";
import { compileList, listMatches } from "./conditions.ts";
import { accountTagsHold, type Holds, hasTag, type MatchFacts, no, ousHold, tagsHold, yes } from "./holds.ts";

/** One declared condition and its result. */
export interface Step {
  readonly field: string;
  readonly holds: Holds;
  readonly declared: string;
  readonly actual: string;
  /** One sentence without a full stop, starting with the field. */
  readonly text: string;
}

/** Evaluates the declared conditions one by one, in the order that matching uses. */
export function explainSteps(given: Conditions, compiled: CompiledConditions, facts: MatchFacts): Step[] {
  const { bucket, account, region } = facts.ref;
  return [
    ...name("buckets", given.buckets, compiled.buckets, bucket),
    ...name("accounts", given.accounts, compiled.accounts, account),
    ...name("regions", given.regions, compiled.regions, region),
    ...ous(compiled.ous, facts),
    ...tags("accountTags", given.accountTags, facts),
    ...tags("tags", given.tags, facts),
  ];
}

// --- internal ---

function name(field: string, given: readonly string[] | undefined, list: GlobList | null, actual: string): Step[] {
  if (given === undefined) return [];
  const holds = list === null || listMatches(list, actual) ? yes : no;
  return [step(field, holds, given, JSON.stringify(actual), "is")];
}

function ous(wanted: CompiledConditions["ous"], facts: MatchFacts): Step[] {
  if (wanted === null) return [];
  const actual = facts.ous?.known === true ? quoted(facts.ous.value) || "nothing" : missing(facts.ous);
  return [step("ous", ousHold(wanted, facts), [...wanted], actual, "the account is in")];
}

function tags(field: "tags" | "accountTags", given: Conditions["tags"], facts: MatchFacts): Step[] {
  const { holdAll, verb } = TAGGED[field];
  return Object.entries(given ?? {}).map(([name, values]) => {
    const tag = { name, values: compileList(values) };
    const fact = facts[field];
    const found = fact?.known === true ? fact.value : null;
    const value = found !== null && Object.hasOwn(found, name) ? JSON.stringify(found[name]) : "no such tag";
    const holds = found === null ? holdAll([tag], facts) : hasTag(tag, found) ? yes : no;
    return step(`${field}.${name}`, holds, [values].flat(), found === null ? missing(fact) : value, verb);
  });
}

const TAGGED = {
  tags: { holdAll: tagsHold, verb: "the bucket has" },
  accountTags: { holdAll: accountTagsHold, verb: "the account has" },
} as const;

function step(field: string, holds: Holds, given: readonly string[], actual: string, verb: string): Step {
  const declared = quoted(given);
  if (holds !== yes && holds !== no)
    return { field, holds, declared, actual, text: `${field}: could not be determined (${actual})` };
  return { field, holds, declared, actual, text: `${field}: ${verb} ${actual}, wanted ${declared}` };
}

function quoted(values: readonly string[]): string {
  return values.map((value) => JSON.stringify(value)).join(", ");
}

function missing(fact: { readonly known: boolean; readonly error?: FactError } | undefined): string {
  return fact?.error === undefined ? "not read" : `${fact.error.name}: ${fact.error.message}`;
}
