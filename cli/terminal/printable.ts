/**
 * Makes our own text, which may quote a policy file, safe for a terminal: escapes control
 * characters, newlines, bidirectional overrides and invisible characters as `\u{hex}`. Names from
 * AWS go through `safe`, which is stricter.
 */
export function printable(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

/** The value as indented JSON that is safe for a terminal and parses to the same value. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(HIDDEN, (character) =>
    character === "\n"
      ? character
      : [...Array(character.length).keys()].map((at) => escapedUnit(character, at)).join(""),
  );
}

// --- internal ---

const HIDDEN = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** JSON escapes are UTF-16 units. */
function escapedUnit(character: string, at: number): string {
  return `\\u${character.charCodeAt(at).toString(16).padStart(4, "0")}`;
}
