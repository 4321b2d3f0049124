/** A step that consumes one character: this one, or any (`?`). */
export type GlobStep = { readonly kind: "char"; readonly char: string } | { readonly kind: "one" };

/** A glob token; `any` is a run of characters (`*`). */
export type GlobToken = GlobStep | { readonly kind: "any" };

/**
 * A compiled glob. `head` and `tail` are the literal text before the first and after the last
 * wildcard.
 */
export interface Glob {
  readonly source: string;
  readonly tokens: readonly GlobToken[];
  /** The whole text if the glob has no wildcard: `head` and `tail` are then that text too. */
  readonly literal: string | null;
  readonly head: string;
  readonly tail: string;
  /** Whether the glob is just `head*tail`, so that comparing both ends suffices. */
  readonly endsOnly: boolean;
}

/**
 * Compiles an anchored glob: `*` is any run of characters (also `/`, also none), `?` exactly one
 * character, `\` makes the next character literal. Everything else matches itself,
 * case-sensitively. A trailing `\` matches itself, so that every text is a valid glob.
 */
export function compileGlob(source: string): Glob {
  const tokens = tokenize(source);
  const first = tokens.findIndex(isWildcard);
  const last = tokens.findLastIndex(isWildcard);
  const literal = first === -1 ? textOf(tokens) : null;
  const head = literal ?? textOf(tokens.slice(0, first));
  const tail = literal ?? textOf(tokens.slice(last + 1));
  return {
    source,
    tokens,
    literal,
    head,
    tail,
    endsOnly: first !== -1 && first === last && tokens[first]?.kind === "any",
  };
}

/** Whether the glob matches all of `text`. The time is at most the product of both lengths. */
export function globMatches(glob: Glob, text: string): boolean {
  if (glob.literal !== null) return glob.literal === text;
  if (text.length < glob.head.length + glob.tail.length || !text.startsWith(glob.head) || !text.endsWith(glob.tail))
    return false;
  return glob.endsOnly || walkGlob(glob.tokens, [...text], isAt);
}

/**
 * Whether the tokens consume the whole row; `accepts` compares one step with one item. The textbook
 * algorithm: on a mismatch the last `*` takes one more item, and earlier ones are never retried, so
 * the time is at most the product of both lengths.
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

// --- internal ---

const one: GlobToken = { kind: "one" };
const any: GlobToken = { kind: "any" };

function isWildcard(token: GlobToken): boolean {
  return token.kind !== "char";
}

function isAt(token: GlobStep, char: string): boolean {
  return token.kind === "one" || token.char === char;
}

/** Only for tokens without wildcards. */
function textOf(tokens: readonly GlobToken[]): string {
  return (tokens as readonly { readonly char: string }[]).map(({ char }) => char).join("");
}

/**
 * Tokenizes a glob. Runs of wildcards are normalized (`?` first, one `*`), so that equal globs have
 * equal tokens.
 */
function tokenize(source: string): GlobToken[] {
  const tokens: GlobToken[] = [];
  const chars = [...source];
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] as string;
    const next = chars[at + 1];
    if (char === "\\" && next !== undefined) {
      tokens.push({ kind: "char", char: next });
      at++;
    } else if (char === "?" && tokens.at(-1) === any) tokens.splice(-1, 0, one);
    else if (char === "?") tokens.push(one);
    else if (char !== "*") tokens.push({ kind: "char", char });
    else if (tokens.at(-1) !== any) tokens.push(any);
  }
  return tokens;
}
