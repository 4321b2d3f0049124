import { shellWord } from "../line/shell-word.ts";

/** A command line as a shell reads it, wrapped before its options. */
export function shellLine(words: readonly string[]): string {
  const first = words.findIndex((word) => word.startsWith("--"));
  const head = words.slice(0, first < 0 ? words.length : first);
  const lines = [head.map(shellWord).join(" ")];
  for (const word of words.slice(head.length)) {
    if (word.startsWith("--")) lines.push(shellWord(word));
    else lines[lines.length - 1] += ` ${shellWord(word)}`;
  }
  return lines.join(" \\\n  ");
}
