import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";
import type { CompiledConditions, CompiledMatch, TagCondition } from "./conditions.ts";
import { listMatches } from "./conditions.ts";

/** What matching looks at. */
export interface MatchFacts {
  /** Milliseconds since the epoch; the clock is a fact. */
  readonly now: number;
  readonly ref: BucketRef;
  readonly tags?: Fact<Readonly<Record<string, string>>>;
  /** Ids of the account's organizational units and root, nearest first. */
  readonly ous?: Fact<readonly string[]>;
}

/** A fact that a match waits for. */
export type MatchNeed = { readonly fact: "tags" } | { readonly fact: "ous" };

/**
 * Three-valued logic in bits: `no` and `yes` are sure; every other value says which facts it waits for (not looked at yet) or
 * lacks (unreadable). Numbers, since matching runs hundreds of thousands of times a second.
 */
export type Told = number;
export const no = 0;
export const yes = 1;
export const needsOus = 2;
export const needsTags = 4;
export const lacksOus = 8;
export const lacksTags = 16;

/** Whether the match holds for the bucket. A sure "no" of one condition outweighs every fact that is not there. */
export function tellMatch(match: CompiledMatch, facts: MatchFacts): Told {
  const told = tellConditions(match, facts);
  return told === no || match.except === null ? told : both(told, not(tellConditions(match.except, facts)));
}

/** Whether all conditions hold; those that cost no look are told first. */
export function tellConditions(given: CompiledConditions, facts: MatchFacts): Told {
  const { account, region, bucket } = facts.ref;
  if (given.buckets !== null && !listMatches(given.buckets, bucket)) return no;
  if (given.accounts !== null && !listMatches(given.accounts, account)) return no;
  if (given.regions !== null && !listMatches(given.regions, region)) return no;
  if (given.ous === null) return given.tags === null ? yes : tellTags(given.tags, facts);
  const ous = tellOus(given.ous, facts);
  return given.tags === null ? ous : both(ous, tellTags(given.tags, facts));
}

/** Whether the account is in one of the organizational units, at any depth. */
export function tellOus(wanted: ReadonlySet<string>, { ous }: MatchFacts): Told {
  if (ous === undefined) return needsOus;
  if (!ous.known) return lacksOus;
  return ous.value.some((id) => wanted.has(id)) ? yes : no;
}

/** Whether the bucket has all the tags. */
export function tellTags(wanted: readonly TagCondition[], { tags }: MatchFacts): Told {
  if (tags === undefined) return needsTags;
  if (!tags.known) return lacksTags;
  return wanted.every((tag) => hasTag(tag, tags.value)) ? yes : no;
}

/** Whether the bucket has the tag, with a value that the condition allows. */
export function hasTag(tag: TagCondition, tags: Readonly<Record<string, string>>): boolean {
  if (!Object.hasOwn(tags, tag.name)) return false;
  return listMatches(tag.values, tags[tag.name] as string);
}

// --- internal ---

function both(a: Told, b: Told): Told {
  if (a === no || b === no) return no;
  return (a | b) === yes ? yes : (a | b) & ~yes;
}

function not(told: Told): Told {
  if (told === no) return yes;
  return told === yes ? no : told;
}
