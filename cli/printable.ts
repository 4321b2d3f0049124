/**
 * Makes a text of our own, which quotes a policy file, safe for a terminal: control characters, newlines, escapes, bidirectional
 * overrides and invisible characters as `\u{hex}`. Names that come from AWS go through `safe`, which is stricter.
 */
export function printable(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

// --- internal ---

const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
