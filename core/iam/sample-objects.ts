import type { Statement } from "./statement.ts";

/**
 * ARNs of objects that stand for all of a bucket: any object, and one for each place that the
 * statement itself names, such as a prefix. Without these a statement about `logs/*` would look as
 * if it were about nothing.
 */
export function sampleObjects({ resources }: Statement, bucketArn: string): readonly string[] {
  const patterns = resources === null || resources === "unreadable" ? [] : resources.patterns;
  const named = patterns.map(({ pieces }) => sampleOf(pieces.filter((_, at) => at % 2 === 0).join("*")));
  return [...new Set([ANY, ...named])].map((key) => `${bucketArn}/${key}`);
}

// --- internal ---

/** The key of an object that no statement is likely to name. */
const ANY = "any-object";

/** What follows the bucket, with something in the place of each wildcard. */
function sampleOf(pattern: string): string {
  const slash = pattern.indexOf("/");
  return slash === -1 ? ANY : pattern.slice(slash + 1).replaceAll(/[*?]/g, "x");
}
