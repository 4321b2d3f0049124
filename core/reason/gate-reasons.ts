import type { ReasonRow, ReasonRows } from "./row.ts";

/** Reasons why a write that is right was not made: a gate was closed. */
export const gateReasons = {
  "policy-stale": {
    means: "the policy can no longer be read, or was refused",
    severity: "high",
    ...advice("Find out why the policy table cannot be read; until it can be, nothing is written."),
  },
  "pause-unknown": {
    means: "whether writes are paused could not be read",
    severity: "high",
    ...advice("Find out why the pause switch cannot be read; until it can be, nothing is written."),
  },
  paused: {
    means: "writes are paused",
    ...advice("Writes are paused. To resume them, run: bucketseal resume"),
  },
  "observe-mode": {
    means: "the rule only observes",
    next: ({ rule, member, commands }) =>
      `To let Bucketseal repair this automatically, set "mode: enforce" in ${rule}${member === null ? `; to do it once, run: ${commands.repair} --include-observe` : "."}`,
  },
} as const satisfies ReasonRows;

// --- internal ---

/**
 * What to do about a gate that should be open, in a sentence that its command or full stop ends. An
 * object causes no event when the gate opens, and no sweep looks at objects.
 */
function advice(text: string): Required<Pick<ReasonRow, "next" | "nextForObjects">> {
  const then = text.endsWith(".") ? text : `${text}.`;
  return {
    next: () => text,
    nextForObjects: ({ backfill }) =>
      `${then} These objects stay as they are all the same; to see what they need, run: ${backfill}`,
  };
}
