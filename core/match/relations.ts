import type { CompiledConditions, CompiledMatch, GlobList } from "./conditions.ts";
import { listMatches } from "./conditions.ts";
import { globCovers, globsMeet } from "./glob-relations.ts";

/**
 * Whether both could match one bucket, by its name, account and Region alone: others choose the
 * tags of buckets and accounts, and organizational units are nested. `false` is sure.
 */
export function matchesMeet(a: CompiledMatch, b: CompiledMatch): boolean {
  return namesMeet(a, b) && !leavesOut(a, b) && !leavesOut(b, a);
}

/**
 * Whether `a` surely matches every bucket that `b` could match, whatever its tags and its account's
 * tags and organizational units. `true` is sure.
 */
export function matchCovers(a: CompiledMatch, b: CompiledConditions): boolean {
  const unconditional = a.tags === null && a.ous === null && a.accountTags === null;
  return unconditional && namesCover(a, b) && (a.except === null || !namesMeet(a.except, b));
}

// --- internal ---

/** Whether the `except` of `a` excludes everything that `b` could match. */
function leavesOut({ except }: CompiledMatch, b: CompiledConditions): boolean {
  return except !== null && matchCovers({ ...except, except: null }, b);
}

function namesMeet(a: CompiledConditions, b: CompiledConditions): boolean {
  return listsMeet(a.buckets, b.buckets) && listsMeet(a.accounts, b.accounts) && listsMeet(a.regions, b.regions);
}

function namesCover(a: CompiledConditions, b: CompiledConditions): boolean {
  return listCovers(a.buckets, b.buckets) && listCovers(a.accounts, b.accounts) && listCovers(a.regions, b.regions);
}

function listsMeet(a: GlobList | null, b: GlobList | null): boolean {
  if (a === null || b === null) return true;
  for (const text of a.literals) if (listMatches(b, text)) return true;
  for (const text of b.literals) if (listMatches(a, text)) return true;
  return a.patterns.some((one) => b.patterns.some((other) => globsMeet(one, other)));
}

function listCovers(a: GlobList | null, b: GlobList | null): boolean {
  if (a === null) return true;
  if (b === null) return false;
  for (const text of b.literals) if (!listMatches(a, text)) return false;
  return b.patterns.every((other) => a.patterns.some((one) => globCovers(one, other)));
}
