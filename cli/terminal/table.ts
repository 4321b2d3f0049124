import { cut } from "#core/cut";

/** The width of a terminal that nobody widened. */
export const COLUMNS = 80;

/**
 * Lines of a table with a header; each column is as wide as its longest cell.
 *
 * @param columns - the greatest width: the widest columns are cut until the table fits
 */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  columns = Number.POSITIVE_INFINITY,
): string[] {
  if (rows.length === 0) return [];
  const widths = fitted(
    head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length))),
    columns - GAP.length * (head.length - 1),
  );
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => cut(cell, widths[column] ?? 1).padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

// --- internal ---

const GAP = "  ";

/** The widths, with the widest made smaller until they fit. */
function fitted(widths: readonly number[], columns: number): readonly number[] {
  const total = widths.reduce((sum, width) => sum + width, 0);
  if (total <= columns) return widths;
  const sorted = widths.toSorted((a, b) => b - a);
  for (const [index, width] of sorted.entries()) {
    const wider = sorted.slice(0, index + 1);
    const rest = total - wider.reduce((sum, each) => sum + each, 0);
    const most = Math.floor((columns - rest) / wider.length);
    if (most >= (sorted[index + 1] ?? 1) || index === sorted.length - 1)
      return widths.map((each) => (each >= width ? Math.max(1, Math.min(each, most)) : each));
  }
  return widths;
}
