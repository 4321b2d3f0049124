import { compileMatch } from "#core/match/conditions";
import { matchCovers } from "#core/match/relations";
import type { Match } from "#core/policy/policy";
import { sameFields } from "./fields.ts";

/**
 * Whether `outer` surely matches every bucket that `inner` matches. `false` may also mean that this
 * could not be shown.
 */
export function matchWithin(inner: Match, outer: Match): boolean {
  const { tags, ous, accountTags, except, ...names } = outer;
  const sameRest =
    (tags === undefined || sameFields(tags, inner.tags ?? {})) &&
    (accountTags === undefined || sameFields(accountTags, inner.accountTags ?? {})) &&
    (ous === undefined || sameFields({ ous }, { ous: inner.ous })) &&
    (except === undefined || sameFields(except, inner.except ?? {}));
  return sameRest && matchCovers(compileMatch(names), compileMatch(inner));
}
