import type { GlobStep, GlobToken } from "./glob.ts";

/**
 * Whether the tokens take the whole row, `accepts` being asked about one step and one item. This is the textbook walk: on a
 * mismatch the last `*` takes one item more, and earlier ones never need to be tried again, so the time is at most the product
 * of both lengths.
 */
export function walkGlob<Item>(
  tokens: readonly GlobToken[],
  row: readonly Item[],
  accepts: (step: GlobStep, item: Item) => boolean,
): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let resume = 0;
  while (at < row.length) {
    const token = tokens[next];
    if (token?.kind === "any") {
      star = next++;
      resume = at;
    } else if (token !== undefined && accepts(token, row[at] as Item)) {
      next++;
      at++;
    } else if (star !== -1) {
      next = star + 1;
      at = ++resume;
    } else return false;
  }
  return tokens.slice(next).every((token) => token.kind === "any");
}
