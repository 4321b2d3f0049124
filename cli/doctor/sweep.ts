import { type LastRun, readLast } from "#aws/runs/pointers";
import { partitionOf } from "#core/names";
import { safe } from "#core/safe";
import { sweepInterval } from "#core/stage/sweep-interval";
import { age, span } from "../terminal/age.ts";
import { type Answer, finding, notKnown, ok } from "./answer.ts";
import type { Check } from "./check.ts";

/** Was the last sweep in time? It settles what events missed. */
export const sweepCheck: Check = {
  name: "sweep",
  look: async ({ dynamodb, deployment, home }) => {
    if (deployment.sweepFunction === undefined || deployment.sweep === "off") return [];
    const scope = { partition: partitionOf(home.region), ...home };
    const last = await readLast({ dynamodb, table: deployment.ledgerTable }, scope, "sweep");
    return [judgeSweep(deployment.sweep, last, Date.now())];
  },
};

/** The answer about the last sweep, by its schedule. Pure. */
export function judgeSweep(schedule: string | undefined, last: Pick<LastRun, "ended"> | null, now: number): Answer {
  const fix = "start one: bucketseal sweep; if it does not end, see the findings about mappings and dead-letters";
  if (last === null) return finding("no sweep has ended yet", fix);
  const said = `the last sweep ended ${age(last.ended, now)} ago`;
  const seconds = schedule === undefined ? null : sweepInterval(schedule);
  if (seconds === null) {
    return now - Date.parse(last.ended) <= WEEK_MS
      ? ok(said)
      : notKnown(
          `${said}, by the schedule ${safe(schedule ?? "of an older version")}`,
          "compare it with that schedule",
        );
  }
  return now - Date.parse(last.ended) <= 2 * seconds * 1000
    ? ok(said)
    : finding(`${said}, and it is due every ${span(seconds)}`, fix);
}

// --- internal ---

const WEEK_MS = 7 * 86_400_000;
