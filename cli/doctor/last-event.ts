import { lastEntryAt } from "#aws/history/last-entry";
import { age } from "../terminal/age.ts";
import { type Answer, notKnown, ok } from "./answer.ts";
import type { Check } from "./check.ts";

/** When did the last event come that changed something? A quiet account proves nothing. */
export const lastEventCheck: Check = {
  name: "last-event",
  look: async ({ dynamodb, deployment }) => {
    const now = Date.now();
    return [judgeLast(await lastEntryAt({ dynamodb, table: deployment.ledgerTable }, now, DAYS), now)];
  },
};

/** The answer about the newest entry of the history. Pure. */
export function judgeLast(at: string | null, now: number): Answer {
  if (at !== null) return ok(`the last event that changed something came ${age(at, now)} ago`);
  return notKnown(
    `no event of the last ${DAYS} days changed anything, so whether events arrive is not known`,
    "try it: bucketseal doctor --canary",
  );
}

// --- internal ---

const DAYS = 7;
