import { safe } from "#core/safe";
import { span } from "../terminal/age.ts";
import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import { printable } from "../terminal/printable.ts";
import { COLUMNS } from "../terminal/table.ts";
import { wrap } from "../terminal/wrap.ts";
import { planSeconds } from "./backfill-document.ts";
import { laneFor } from "./lane.ts";
import type { BackfillPlan } from "./plan-bucket-objects.ts";
import { selectionLine } from "./selection-line.ts";
import { objectStates, objectTraits } from "./state-of.ts";
import type { TalliedReason } from "./tally.ts";

/** Prints what a backfill of a bucket would do, why something is held, and what it takes. */
export function printBackfillPlan(plan: BackfillPlan, out: Output): void {
  const { ref, rule, selection, listed, tally } = plan;
  out.line(out.paint("bold", `${safe(ref.bucket)}  ${safe(ref.region)}  rule ${safe(rule.id)}`));
  out.line(`  ${selectionLine(selection)}`);
  const isSample = tally.looked < listed;
  out.line(
    isSample
      ? `  ${plural(listed, "object")} listed, ${tally.looked} of them, picked at random, looked at`
      : `  ${plural(listed, "object")} looked at, ${bytes(tally.bytes)}`,
  );
  out.line();
  if (listed === 0) return;
  const { states, traits, todo } = tally;
  for (const state of objectStates) stateRow(states[state], state, state === "as declared" ? "green" : "yellow", out);
  const also = objectTraits.flatMap((trait) => (traits[trait] === undefined ? [] : [`${traits[trait]} ${trait}`]));
  if (also.length > 0) out.line(`  ${" ".repeat(WIDTH)}  of these: ${also.join(", ")}`);
  const does = Object.entries(DOES).filter(([name]) => todo[name as keyof typeof todo] !== undefined);
  if (does.length > 0) {
    out.line();
    out.line("  what would be done");
    for (const [name, { text, colour }] of does) {
      const moved = { copy: tally.copiedBytes - tally.partBytes, copyLarge: tally.partBytes }[name];
      const more = moved === undefined ? "" : `, ${bytes(moved)} move`;
      stateRow(todo[name as keyof typeof todo], `${text}${more}`, colour, out);
      if (name === "held") printReasons(tally.reasons, out);
    }
    if (tally.observed > 0) {
      stateRow(tally.observed, "of the objects to be written are only reported: observe", "yellow", out);
    }
  }
  out.line();
  printCost(plan, isSample, out);
}

/** Why objects are held, could not be read or failed: each reason with its first object's words. */
export function printReasons(reasons: Readonly<Record<string, TalliedReason>>, out: Output): void {
  const most = Object.values(reasons).toSorted((a, b) => b.count - a.count);
  for (const { count, text } of most) {
    const [first = "", ...rest] = wrap(printable(text), " ".repeat(WIDTH + 6), COLUMNS);
    const number = String(count).padStart(WIDTH + 4);
    for (const line of [`${number}  ${first.trimStart()}`, ...rest]) out.line(out.paint("dim", line));
  }
}

/** Bytes as people say them. */
export function bytes(number: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, number)) / 10));
  const value = number / 1024 ** power;
  return `${power === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[power]}`;
}

/** An amount as people say it. */
export function dollars(usd: number): string {
  return usd < 0.01 ? "less than 0.01 USD" : `${usd.toFixed(2)} USD`;
}

/** A line about so many objects; none where none are counted. */
export function stateRow(
  number: number | undefined,
  text: string,
  colour: Parameters<Output["paint"]>[0],
  out: Output,
): void {
  if (number !== undefined) out.line(`  ${out.paint(colour, String(number).padStart(WIDTH))}  ${text}`);
}

// --- internal ---

const WIDTH = 9;
const UNITS = ["bytes", "KB", "MB", "GB", "TB", "PB"];

/** What is done, in the order in which it is shown. */
const DOES = {
  update: { text: "updated in place, no byte moves", colour: "yellow" },
  copy: { text: "copied onto themselves", colour: "yellow" },
  copyLarge: { text: "too large for one call: need a multipart copy onto themselves", colour: "yellow" },
  held: { text: "held: not as declared, and not to be written", colour: "red" },
  unreadable: { text: "could not be read", colour: "red" },
  contested: { text: "contested", colour: "red" },
} as const;

function printCost(plan: BackfillPlan, isSample: boolean, out: Output): void {
  const { requests, usd, pricesOf } = plan.cost;
  const calls = requests.list + requests.look + requests.update + requests.copy;
  const kms = usd.kms === 0 ? "" : `, and at most ${dollars(usd.kms)} for ${requests.kms} calls to KMS`;
  const storage = usd.storageMonthly === 0 ? "" : `; ${dollars(usd.storageMonthly)} a month for versions left behind`;
  const trail = usd.dataEvents === 0 ? "" : `; ${dollars(usd.dataEvents)} if a trail logs their data events`;
  const about = isSample ? "estimated from the sample: " : "";
  const lane =
    laneFor(plan.listed) === "listed"
      ? "listed (up to ten million objects)"
      : "S3 Batch Operations (more than ten million objects): --batch";
  const facts = [
    [
      "cost",
      `${about}${dollars(usd.requests)} for ${calls} calls to S3${kms}${storage}${trail} (prices of ${pricesOf})`,
    ],
    [
      "time",
      `about ${span(planSeconds(plan))} from here, at ${plan.rate.toFixed(plan.rate < 10 ? 1 : 0)} objects a second`,
    ],
    ["lane", lane],
  ] as const;
  for (const [name, text] of facts) {
    const [first = "", ...rest] = wrap(text, "        ", COLUMNS);
    out.line(`  ${name.padEnd(4)}  ${first.trimStart()}`);
    for (const line of rest) out.line(line);
  }
  out.line();
}
