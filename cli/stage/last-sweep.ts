import { nameOf } from "#aws/error";
import { type LastRun, readLast } from "#aws/runs/pointers";
import type { Fact } from "#core/fact";
import { safe } from "#core/safe";
import { counted } from "#core/sweep/counts";
import { age } from "../terminal/age.ts";
import type { Output } from "../terminal/output.ts";
import type { RunsPlace } from "./follow-run.ts";

/** The JSON shape of the last sweep, as TypeScript. */
export const lastSweepShape = `{ run, by, started, ended,
    counts: { ${counted.map((name) => `${name}: number`).join(", ")} } } | null | "unknown"`;

/** The last sweep that ended; `null`: none has. Never throws. */
export async function lastSweep({ ledger, scope }: RunsPlace): Promise<Fact<LastRun | null>> {
  try {
    return { known: true, value: await readLast(ledger, scope, "sweep") };
  } catch (error) {
    return { known: false, error: { name: nameOf(error), message: "" } };
  }
}

/** Prints when it ended, how long it took, and what it found. */
export function printSweep(seen: Fact<LastRun | null>, now: number, out: Output): void {
  if (!seen.known) {
    out.line(`sweep    ${out.paint("red", `unknown: could not be read (${safe(seen.error.name)})`)}`);
    return;
  }
  if (seen.value === null) {
    out.line("sweep    none has ended yet");
    return;
  }
  const { started, ended, counts } = seen.value;
  out.line(`sweep    ended ${safe(ended)}, ${age(ended, now)} ago, took ${age(started, Date.parse(ended))}`);
  const found = counted.filter((name) => name === "seen" || counts[name] > 0);
  for (const half of [found.slice(0, HALF), found.slice(HALF)]) {
    if (half.length > 0) out.line(`         ${half.map((name) => `${counts[name]} ${name}`).join(", ")}`);
  }
}

// --- internal ---

/** Counts that fit into a line. */
const HALF = 4;
