import { findDeployments } from "#aws/ssm/deployment";
import { readPause } from "#aws/ssm/pause";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import type { Session } from "../session/session.ts";

/** Why nothing may be written in a Region right now; `null`: writes are allowed. */
export type PauseGate = (region: string) => Promise<string | null>;

/**
 * Milliseconds for which the switch is cached: a pause stops a running `apply` within ten seconds.
 */
const MAX_AGE = 5_000;

/**
 * Reads the pause switches of the stages of each Region that is written to; they apply to people
 * too, whatever policy they use. What cannot be read allows nothing: neither a switch nor whether
 * there is one. A Region without a stage has none.
 *
 * @param deployment - the stage whose policy is used; it is the only one asked in its Region
 */
export function pauseGate(session: Session, deployment: Deployment | null): PauseGate {
  const stages = new Map<string, Promise<readonly Deployment[]>>();
  const answers = new Map<string, { readonly at: number; readonly answer: Promise<string | null> }>();
  const stagesOf = (region: string) => {
    const found = stages.get(region) ?? findStages(session, region, deployment);
    stages.set(region, found);
    return found;
  };
  return (region) => {
    const known = answers.get(region);
    if (known !== undefined && Date.now() - known.at <= MAX_AGE) return known.answer;
    const answer = askAll(session, region, stagesOf(region));
    answers.set(region, { at: Date.now(), answer });
    return answer;
  };
}

// --- internal ---

async function findStages(
  session: Session,
  region: string,
  deployment: Deployment | null,
): Promise<readonly Deployment[]> {
  if (deployment !== null && region === session.region) return [deployment];
  return findDeployments(await session.ssm(region));
}

async function askAll(
  session: Session,
  region: string,
  stages: Promise<readonly Deployment[]>,
): Promise<string | null> {
  try {
    const answers = await Promise.all((await stages).map((stage) => ask(session, region, stage)));
    return answers.find((answer) => answer !== null) ?? null;
  } catch (error) {
    const name = error instanceof Error ? error.name : "an unknown error";
    return `whether a stage in ${region} is paused could not be read (${safe(name)})`;
  }
}

async function ask(session: Session, region: string, { pauseParameter }: Deployment): Promise<string | null> {
  try {
    const paused = await readPause(await session.ssm(region), pauseParameter);
    if (!paused.known) return `whether writes are paused could not be read (${safe(paused.error.name)})`;
    return paused.value === null ? null : safe(paused.value, 300);
  } catch {
    return "whether writes are paused could not be read";
  }
}
