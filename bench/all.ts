import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { numbersPage, withHeadlines } from "./report/numbers-page.ts";
import { readLines } from "./report/read-lines.ts";
import { machine, type Report } from "./report/report.ts";

/**
 * Runs every benchmark, one after the other, and writes the results into docs/numbers.md and the
 * README's table. Takes a quarter of an hour.
 *
 *     npm run bench
 */
const run = promisify(execFile);
const MEASURED = [
  "repair",
  "calls",
  "warm",
  "plan",
  "org-plan",
  "org-day",
  "org-event",
  "delay",
  "fairness",
  "sweep",
  "objects",
  "volume",
  "object-calls",
  "object-memory",
  "object-cost",
  "backfill",
];
const reports: Report[] = [];
const failed: string[] = [];
for (const bench of MEASURED) await report(bench, async () => JSON.parse(await output(bench, "--json")) as Report);
for (const bench of ["decide", "iam", "bundles", "fight"])
  await report(bench, async () => readLines(bench, await output(bench), machine()));

const { stdout: commit } = await run("git", ["rev-parse", "--short", "HEAD"], { cwd: root() });
await writeFile(`${root()}docs/numbers.md`, numbersPage(reports, new Date(), commit.trim()));
const readme = `${root()}README.md`;
await writeFile(readme, withHeadlines(await readFile(readme, "utf8"), reports));
for (const { bench, rows } of reports) {
  for (const { what, result, goal, met } of rows)
    console.log(
      `${bench}: ${what}: ${result}${goal === undefined ? "" : ` (goal ${goal}: ${met ? "met" : "missed"})`}`,
    );
}

if (failed.length > 0) {
  console.error(`bench: failed: ${failed.join(", ")}; the page has no rows of them`);
  process.exitCode = 1;
}

// --- internal ---

/** A quarter of an hour of numbers is not lost because one benchmark fails. */
async function report(bench: string, make: () => Promise<Report>): Promise<void> {
  try {
    reports.push(await make());
  } catch (error) {
    console.error(error);
    failed.push(bench);
  }
}

function root(): string {
  return fileURLToPath(new URL("..", import.meta.url));
}

/**
 * A benchmark that fails is run once more: on a loaded machine results may arrive too late to be
 * told apart.
 */
async function output(bench: string, ...args: readonly string[]): Promise<string> {
  console.error(`bench: ${bench}`);
  const once = () => run(process.execPath, [`bench/${bench}.ts`, ...args], { cwd: root(), maxBuffer: 1 << 26 });
  const { stdout } = await once().catch((error: unknown) => {
    console.error(error);
    return once();
  });
  return stdout;
}
