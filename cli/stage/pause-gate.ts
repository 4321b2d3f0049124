import { readPause } from "#aws/ssm/pause";
import { safe } from "#core/safe";
import type { Deployment } from "#core/stage/deployment";
import type { Session } from "./session.ts";

/**
 * Milliseconds for which the switch is cached: a pause stops a running `apply` within ten seconds.
 */
const MAX_AGE = 5_000;

/**
 * Reads the stage's pause switch, which applies to people too. Returns `null` while writes are
 * allowed, else why they are not. An unreadable switch allows nothing; without a deployment there
 * is no switch.
 */
export function pauseGate(session: Session, deployment: Deployment | null): () => Promise<string | null> {
  if (deployment === null) return async () => null;
  let asked: { readonly at: number; readonly answer: Promise<string | null> } | null = null;
  return () => {
    if (asked === null || Date.now() - asked.at > MAX_AGE) {
      asked = { at: Date.now(), answer: ask(session, deployment.pauseParameter) };
    }
    return asked.answer;
  };
}

// --- internal ---

async function ask(session: Session, parameter: string): Promise<string | null> {
  try {
    const paused = await readPause(await session.ssm(), parameter);
    if (!paused.known) return `whether writes are paused could not be read (${safe(paused.error.name)})`;
    return paused.value === null ? null : safe(paused.value, 300);
  } catch {
    return "whether writes are paused could not be read";
  }
}
