import type { Glob, GlobStep, GlobToken } from "./glob.ts";
import { walkGlob } from "./glob.ts";

/**
 * Whether `a` surely matches every text that `b` matches. `false` may also mean that this could not
 * be shown.
 */
export function globCovers(a: Glob, b: Glob): boolean {
  return b.head.startsWith(a.head) && b.tail.endsWith(a.tail) && walkGlob(a.tokens, b.tokens, includes);
}

/** Whether any text matches both. Exact. */
export function globsMeet(a: Glob, b: Glob): boolean {
  if (!a.head.startsWith(b.head) && !b.head.startsWith(a.head)) return false;
  if (!a.tokens.some(isAny)) return walkGlob(b.tokens, a.tokens as readonly GlobStep[], agree);
  if (!b.tokens.some(isAny)) return walkGlob(a.tokens, b.tokens as readonly GlobStep[], agree);
  // With a `*` in both, the middle of one fits into a `*` of the other: only the ends can conflict.
  return endsAgree(headOf(a.tokens), headOf(b.tokens)) && endsAgree(tailOf(a.tokens), tailOf(b.tokens));
}

// --- internal ---

function isAny(token: GlobToken): boolean {
  return token.kind === "any";
}

function includes(step: GlobStep, token: GlobToken): boolean {
  if (step.kind === "one") return token.kind !== "any";
  return token.kind === "char" && token.char === step.char;
}

function agree(a: GlobStep, b: GlobStep): boolean {
  return a.kind === "one" || b.kind === "one" || a.char === b.char;
}

/** The steps before the first `*`. */
function headOf(tokens: readonly GlobToken[]): GlobStep[] {
  return tokens.slice(0, tokens.findIndex(isAny)) as GlobStep[];
}

/** The steps after the last `*`, from the end. */
function tailOf(tokens: readonly GlobToken[]): GlobStep[] {
  return tokens.slice(tokens.findLastIndex(isAny) + 1).reverse() as GlobStep[];
}

function endsAgree(a: readonly GlobStep[], b: readonly GlobStep[]): boolean {
  return a.slice(0, b.length).every((step, at) => agree(step, b[at] as GlobStep));
}
