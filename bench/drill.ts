import { setTimeout as sleep } from "node:timers/promises";
import { incidents } from "./incidents.ts";
import { type Invocation, invocations } from "./invocations.ts";
import { type LoggedLook, loggedLooks } from "./looks.ts";
import { newBucket, type Stage } from "./stage.ts";

/** What one event made the function do. */
export interface Response {
  readonly what: string;
  readonly round: number;
  readonly calls: Invocation;
  readonly look: LoggedLook;
}

/** Milliseconds between a call and its event: the echo of a repair finds the repair done, as on AWS, where it takes seconds. */
export const TRAIL_DELAY_MS = 400;
/** What the responses to events are called that belong to no incident. */
export const ECHO = "our own write comes back (left alone)";
export const PREPARED = "a bucket is made for the incident";

/**
 * Lets every incident happen once a round, each on a bucket of its own and one at a time, so that a batch holds one event and every call
 * and every millisecond belongs to it. The first response of all is that of a cold function.
 * @param pauseOf - milliseconds of silence before each incident of a round
 */
export async function drill(stage: Stage, rounds: number, pauseOf: (round: number) => number): Promise<Response[]> {
  const told: Omit<Response, "look">[] = [];
  const next = invocations(stage.sandbox, TRAIL_DELAY_MS + 300);
  const hear = async (what: string, round: number) => {
    for (const [at, calls] of (await next()).entries()) told.push({ what: at === 0 ? what : ECHO, round, calls });
  };
  for (let round = 0; round < rounds; round++) {
    for (const [at, incident] of incidents.entries()) {
      const name = `${incident.prefix}-${round}-${at}`;
      if (incident.fresh === undefined) {
        await newBucket(stage, name);
        await hear(PREPARED, round);
      }
      await sleep(pauseOf(round));
      await incident.call(stage, name);
      await hear(incident.what, round);
    }
  }
  return withLooks(told, await loggedLooks(stage.sandbox));
}

// --- internal ---

/** The nth invocation wrote the nth line of the log; every outcome must be the one that was provoked. */
function withLooks(told: readonly Omit<Response, "look">[], looks: readonly LoggedLook[]): Response[] {
  if (looks.length !== told.length) throw new Error(`${told.length} invocations, and ${looks.length} looks in the log`);
  const responses = told.map((response, at) => ({ ...response, look: looks[at] as LoggedLook }));
  for (const { what, look } of responses) {
    const wanted = incidents.find((incident) => incident.what === what)?.outcome ?? look.outcome;
    if (look.outcome !== wanted) throw new Error(`${look.bucket} was to be ${wanted}, and is ${look.outcome}`);
  }
  return responses;
}
