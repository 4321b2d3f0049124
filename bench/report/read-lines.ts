import type { Machine, Report, Row } from "./report.ts";

/** One figure of a line: `text (goal 250: met; more)`. */
const FIGURE = /(.+?) \(goal ([^:)]+): (met|missed)(?:; ([^)]*))?\)(?:, )?/g;

/** A goal has its figure's unit. */
const UNIT = /[\d,] (KB|ms|(?:decisions|evaluations)\/s)/;

/** The report of a benchmark that prints lines only: `NAME: figure, figure`. */
export function readLines(bench: string, printed: string, machine: Machine): Report {
  const rows = printed
    .trim()
    .split("\n")
    .flatMap((line) => rowsOf(bench, line));
  if (rows.length === 0) throw new Error(`bench/${bench}.ts printed no figure: ${printed}`);
  return { bench, machine, rows, notes: [] };
}

// --- internal ---

function rowsOf(bench: string, line: string): Row[] {
  const [name = "", ...rest] = line.split(": ");
  const subject = name === bench ? name : `${bench}, ${name}`;
  return [...rest.join(": ").matchAll(FIGURE)].map(([, result = "", goal = "", verdict, more]) => ({
    what: subject,
    result: more === undefined ? result : `${result} (${more})`,
    goal: `${goal} ${UNIT.exec(result)?.[1] ?? ""}`.trim(),
    met: verdict === "met",
  }));
}
