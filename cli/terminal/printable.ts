/**
 * Makes a text of our own, which quotes a policy file, safe for a terminal: control characters, newlines, escapes, bidirectional
 * overrides and invisible characters as `\u{hex}`. Names that come from AWS go through `safe`, which is stricter.
 */
export function printable(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** The value as indented JSON in which nothing can act on a terminal; it parses to the same value. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(HIDDEN, (character) =>
    character === "\n"
      ? character
      : [...Array(character.length).keys()].map((at) => escapedUnit(character, at)).join(""),
  );
}

// --- internal ---

const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** JSON knows UTF-16 units only. */
function escapedUnit(character: string, at: number): string {
  return `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
}
