/** A Markdown table; a `|` inside a cell is escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---|").join("")}`, ...rows.map(line)].join("\n");
}

/** Texts as code spans, joined by commas. */
export function code(texts: readonly string[]): string {
  return texts.map((text) => `\`${text}\``).join(", ");
}
