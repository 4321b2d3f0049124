/** Untrusted text, made safe to show. */

import { cut, longest } from "./cut.ts";

/**
 * Escapes untrusted text (a bucket, a key, a session name) for an email, Slack, a log or a
 * terminal. Ordinary names stay as they are. Everything that could act or hide becomes `\u{hex}`:
 * control characters, newlines, ANSI escapes, bidirectional overrides, zero-width and other
 * invisible characters, unusual spaces, lone surrogates, `<`, `>`, `&`, backticks, and the
 * backslash itself, so that no two names look the same.
 *
 * @param max - the longest result in UTF-16 units (at least 1); a cut is marked by `…`, and never
 *   splits an escape or a surrogate pair
 */
export function safe(text: string, max: number = longest.text): string {
  // Escaped text is never shorter, and what others write may be very long.
  if (text.length > max) return cutSafely(text, max);
  const shown = text.replace(ACTS_OR_HIDES, escaped);
  return shown.length <= max ? shown : cutSafely(text, max);
}

/**
 * Escapes text that `safe` has probably escaped already: its backslashes are kept.
 *
 * @param max - the longest result in UTF-16 units (at least 1); a cut is marked by `…`
 */
export function safeAgain(text: string, max: number = longest.reason): string {
  const shown = cut(text, max)
    .split("\\")
    .map((part) => safe(part, max))
    .join("\\");
  return cut(shown, max);
}

// --- internal ---

const ACTS_OR_HIDES = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}<>&`\\]/gu;

function escaped(character: string): string {
  return character === " " ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`;
}

function cutSafely(text: string, max: number): string {
  let shown = "";
  for (const character of text) {
    const next = character.replace(ACTS_OR_HIDES, escaped);
    if (shown.length + next.length > max - 1) break;
    shown += next;
  }
  return `${shown}…`;
}
