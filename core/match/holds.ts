import type { Fact } from "#core/fact";
import type { BucketRef } from "#core/names";
import type { CompiledConditions, CompiledMatch, TagCondition } from "./conditions.ts";
import { listMatches } from "./conditions.ts";

/** The facts that matching uses. */
export interface MatchFacts {
  /** Milliseconds since the epoch; the clock is a fact. */
  readonly now: number;
  readonly ref: BucketRef;
  readonly tags?: Fact<Readonly<Record<string, string>>>;
  /** Ids of the account's organizational units and root, nearest first. */
  readonly ous?: Fact<readonly string[]>;
  /** The account's tags in AWS Organizations. */
  readonly accountTags?: Fact<Readonly<Record<string, string>>>;
}

/** A fact that a match needs. */
export type MatchNeed = { readonly fact: "tags" } | { readonly fact: "ous" } | { readonly fact: "accountTags" };

/**
 * Whether something holds, in three-valued logic as bits: `no` and `yes` are sure; any other value
 * says which facts are pending (not read yet) or unreadable. Numbers, since matching runs hundreds
 * of thousands of times a second.
 */
export type Holds = number;
export const no = 0;
export const yes = 1;
export const needsOus = 2;
export const needsTags = 4;
const lacksOus = 8;
export const lacksTags = 16;
export const needsAccountTags = 32;
export const lacksAccountTags = 64;

/**
 * Whether the match holds for the bucket. A sure "no" of one condition outweighs all missing facts.
 */
export function matchHolds(match: CompiledMatch, facts: MatchFacts): Holds {
  const holds = conditionsHold(match, facts);
  return holds === no || match.except === null ? holds : both(holds, not(conditionsHold(match.except, facts)));
}

/** Whether all conditions hold; those that need no read are evaluated first. */
function conditionsHold(given: CompiledConditions, facts: MatchFacts): Holds {
  const { account, region, bucket } = facts.ref;
  if (given.buckets !== null && !listMatches(given.buckets, bucket)) return no;
  if (given.accounts !== null && !listMatches(given.accounts, account)) return no;
  if (given.regions !== null && !listMatches(given.regions, region)) return no;
  let holds: Holds = yes;
  if (given.ous !== null) holds = ousHold(given.ous, facts);
  if (given.accountTags !== null) holds = both(holds, accountTagsHold(given.accountTags, facts));
  if (given.tags !== null) holds = both(holds, tagsHold(given.tags, facts));
  return holds;
}

/** Whether the account is in one of the organizational units, at any depth. */
export function ousHold(wanted: ReadonlySet<string>, { ous }: MatchFacts): Holds {
  if (ous === undefined) return needsOus;
  if (!ous.known) return lacksOus;
  return ous.value.some((id) => wanted.has(id)) ? yes : no;
}

/** Whether the account has all the tags. */
export function accountTagsHold(wanted: readonly TagCondition[], { accountTags }: MatchFacts): Holds {
  if (accountTags === undefined) return needsAccountTags;
  if (!accountTags.known) return lacksAccountTags;
  return wanted.every((tag) => hasTag(tag, accountTags.value)) ? yes : no;
}

/** Whether the bucket has all the tags. */
export function tagsHold(wanted: readonly TagCondition[], { tags }: MatchFacts): Holds {
  if (tags === undefined) return needsTags;
  if (!tags.known) return lacksTags;
  return wanted.every((tag) => hasTag(tag, tags.value)) ? yes : no;
}

/** Whether a bucket or an account has the tag, with a value that the condition allows. */
export function hasTag(tag: TagCondition, tags: Readonly<Record<string, string>>): boolean {
  if (!Object.hasOwn(tags, tag.name)) return false;
  return listMatches(tag.values, tags[tag.name] as string);
}

// --- internal ---

function both(a: Holds, b: Holds): Holds {
  if (a === no || b === no) return no;
  return (a | b) === yes ? yes : (a | b) & ~yes;
}

function not(holds: Holds): Holds {
  if (holds === no) return yes;
  return holds === yes ? no : holds;
}
