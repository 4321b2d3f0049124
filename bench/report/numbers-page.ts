import { machineText, type Report, type Row } from "./report.ts";

const BEGIN = "<!-- numbers: written by npm run bench -->\n";
const END = "<!-- end of numbers -->";

/** docs/numbers.md: every result, with its date, machine and method. */
export function numbersPage(reports: readonly Report[], date: Date, commit: string): string {
  const rows = reports.flatMap((report) => report.rows);
  const missed = rows.filter(({ met }) => met === false);
  const goals = rows.filter(({ met }) => met !== undefined).length;
  return [
    "# Numbers",
    "",
    "The output of `npm run bench`, written by that command and not edited.",
    "",
    `Measured ${date.toISOString().slice(0, 16).replace("T", " ")} UTC at ${commit} on the local AWS, which serves 250 to 500 requests per second here: compare ratios and counts, not`,
    "absolute times. On AWS, CloudTrail's delay is added. The load average of each run shows what else the machine was doing.",
    "",
    missed.length === 0 ? `All ${goals} goals were met.` : `${missed.length} of ${goals} goals were missed:`,
    ...missed.map(({ what, result, goal }) => `- ${what}: ${result}; the goal is ${goal}.`),
    "",
    ...reports.flatMap(section),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

/**
 * The README with the few most important rows in its table, and every missed goal.
 * @throws Error where the README has no place for them
 */
export function withHeadlines(readme: string, reports: readonly Report[]): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`README.md lacks ${BEGIN.trim()} … ${END}`);
  const rows = reports
    .flatMap((report) => report.rows)
    .filter(({ headline, met }) => headline !== undefined || met === false);
  const table = [
    "| | measured | goal | Cloud Custodian |",
    "|---|---|---|---|",
    ...rows.map((row) => line([row.what, row.result, goalOf(row), row.headline?.custodian ?? ""])),
  ];
  return `${readme.slice(0, begin)}${BEGIN}\n${table.join("\n")}\n\n${readme.slice(end)}`;
}

// --- internal ---

const TITLES: Readonly<Record<string, string>> = {
  repair: "Time to repair",
  calls: "AWS calls per event",
  warm: "Time inside a warm function",
  plan: "`plan` over 500 buckets",
  "org-plan": "`plan` over 20 accounts",
  "org-day": "A day of 1,000 accounts",
  "org-event": "An event of a member account",
  delay: "The longest delay",
  fairness: "One bucket's noise",
  sweep: "A sweep",
  objects: "Objects re-encrypted per second",
  volume: "4,000 objects at once",
  "object-calls": "AWS calls per object",
  "object-memory": "Memory of the object function",
  "object-cost": "The cost of a million objects",
  backfill: "Existing objects",
  decide: "Decisions",
  iam: "Evaluations of IAM policies",
  bundles: "Bundles",
  fight: "A fight",
};

function section({ bench, machine, rows, notes }: Report): string[] {
  return [
    `## ${TITLES[bench] ?? bench}`,
    "",
    "```sh",
    `npm run bench:${bench}`,
    "```",
    "",
    "| | measured | goal |",
    "|---|---|---|",
    ...rows.map((row) => line([row.what, row.result, goalOf(row)])),
    "",
    ...notes.map((note) => `- ${note}`),
    `- ${machineText(machine)}`,
    "",
  ];
}

function goalOf({ goal, met }: Row): string {
  if (goal === undefined) return "";
  return `${goal}, ${met ? "met" : "**missed**"}`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
