import { readPause } from "#aws/ssm/pause";
import type { Fact } from "#core/fact";
import { safe } from "#core/safe";
import { type Answer, finding, ok, unread } from "./answer.ts";
import type { Check } from "./check.ts";

/** Are writes allowed? */
export const pauseCheck: Check = {
  name: "pause",
  look: async ({ session, deployment }) => [
    judgePause(await readPause(await session.ssm(), deployment.pauseParameter)),
  ],
};

/** The answer about the pause switch. Pure. */
export function judgePause(seen: Fact<string | null>): Answer {
  if (!seen.known) return unread(seen, "the pause switch", "ssm:GetParameter");
  return seen.value === null
    ? ok("writes are allowed")
    : finding(safe(seen.value), "once its reason is gone: bucketseal resume");
}
