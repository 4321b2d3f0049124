import { setTimeout as sleep } from "node:timers/promises";
import { newBucket, type Stage } from "../stage/stage.ts";
import { incidents } from "./incidents.ts";
import { type Invocation, invocations } from "./invocations.ts";
import { type LoggedLook, loggedLooks } from "./looks.ts";

/** The function's response to one event. */
export interface Response {
  readonly bucket: string;
  readonly what: string;
  readonly round: number;
  readonly calls: Invocation;
  readonly look: LoggedLook;
}

/**
 * Milliseconds between a call and its event: the event of a repair finds the repair done, as on
 * AWS, where it takes seconds.
 */
export const TRAIL_DELAY_MS = 400;
/** The name for responses to events that belong to no incident. */
export const ECHO = "the event of our own write (left alone)";
const PREPARED = "a bucket is created for the incident";

/**
 * Runs every incident once per round, each on a bucket of its own and one at a time: a batch then
 * holds one event, and every call and every millisecond belongs to it. The first response of all is
 * that of a cold function.
 * @param pauseOf - milliseconds of silence before each incident of a round
 */
export async function drill(stage: Stage, rounds: number, pauseOf: (round: number) => number): Promise<Response[]> {
  const told: Told[] = [];
  const next = invocations(stage.sandbox, TRAIL_DELAY_MS + 300);
  const hear = async (bucket: string, what: string, round: number) => {
    for (const [at, calls] of (await next()).entries())
      told.push({ bucket, what: at === 0 ? what : ECHO, round, calls });
  };
  for (let round = 0; round < rounds; round++) {
    for (const [at, incident] of incidents.entries()) {
      const name = `${incident.prefix}-${round}-${at}`;
      if (incident.fresh === undefined) {
        await newBucket(stage, name);
        await hear(name, PREPARED, round);
      }
      await sleep(pauseOf(round));
      await incident.call(stage, name);
      await hear(name, incident.what, round);
    }
  }
  return withLooks(told, await loggedLooks(stage.sandbox));
}

// --- internal ---

type Told = Omit<Response, "look">;

const OUTCOMES = new Map([...incidents.map(({ what, outcome }) => [what, outcome] as const), [ECHO, "left alone"]]);

/**
 * The nth log line about a bucket is the response to its nth incident; every outcome must be the
 * one that was provoked.
 */
function withLooks(told: readonly Told[], looks: readonly LoggedLook[]): Response[] {
  const linesOf = Map.groupBy(looks, ({ bucket }) => bucket);
  const toldOf = Map.groupBy(told, ({ bucket }) => bucket);
  for (const [bucket, answers] of toldOf) {
    const outcomes = (linesOf.get(bucket) ?? []).map(({ outcome }) => outcome);
    const isRight = answers.every(({ what }, at) => (OUTCOMES.get(what) ?? outcomes[at]) === outcomes[at]);
    if (isRight && outcomes.length === answers.length) continue;
    throw new Error(
      `${bucket}: ${answers.map(({ what }) => what).join(", ")}; and the log says ${outcomes.join(", ")}`,
    );
  }
  return told.map((response) => ({ ...response, look: linesOf.get(response.bucket)?.shift() as LoggedLook }));
}
