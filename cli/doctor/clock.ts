import { clockSkew } from "#aws/sts/clock";
import { type Answer, finding, notKnown, ok } from "./answer.ts";
import type { Check } from "./check.ts";

/** Is this machine's clock right? What the CLI shows and asks for by time depends on it. */
export const clockCheck: Check = {
  name: "clock",
  look: async ({ session }) => [judgeSkew(await clockSkew(session.sts(), Date.now))],
};

/** The answer about a clock that is so many milliseconds ahead. Pure. */
export function judgeSkew(skew: number | null): Answer {
  if (skew === null) return notKnown("AWS's answer had no date", "compare this machine's clock with another one");
  const seconds = Math.round(Math.abs(skew) / 1000);
  if (seconds <= MOST) return ok("this machine's clock agrees with AWS's");
  const where = skew > 0 ? "ahead of" : "behind";
  return finding(
    `this machine's clock is ${seconds} s ${where} AWS's`,
    "set it by NTP: beyond five minutes AWS refuses every call",
  );
}

// --- internal ---

/** Seconds; an answer's date has whole ones. */
const MOST = 30;
