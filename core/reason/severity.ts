import type { Outcome } from "#core/outcome";
import type { ReasonCode } from "./reason.ts";

/** How much an alert matters, from low to high. */
export const severities = ["info", "low", "medium", "high", "critical"] as const;

export type Severity = (typeof severities)[number];

/**
 * How much an outcome matters: what it says by itself, raised by what its reasons say.
 *
 * | outcome | severity | raised by |
 * |---|---|---|
 * | left alone, exempt, superseded, gone | info | a rule changed by tags: medium |
 * | reported, changed, held, unreadable | medium | see below |
 * | contested, failed | high | |
 *
 * `high`: the declared key cannot be used or told, the bucket could not be read, the policy or the pause switch could not be read, a write
 * was never confirmed. `critical`: an alias names another key than it did, an object's own key cannot be used, a write changed an
 * object's bytes.
 */
export function severityOf(outcome: Outcome, codes: readonly ReasonCode[]): Severity {
  const raised = codes.flatMap((code) => BY_REASON[code] ?? []);
  return raised.reduce((worst, each) => (rank(each) > rank(worst) ? each : worst), BY_OUTCOME[outcome]);
}

// --- internal ---

const rank = (severity: Severity) => severities.indexOf(severity);

const BY_OUTCOME: Readonly<Record<Outcome, Severity>> = {
  "left alone": "info",
  reported: "medium",
  changed: "medium",
  held: "medium",
  contested: "high",
  unreadable: "medium",
  exempt: "info",
  superseded: "info",
  gone: "info",
  failed: "high",
};

const BY_REASON: Readonly<Partial<Record<ReasonCode, Severity>>> = {
  unreadable: "high",
  "alias-moved": "critical",
  "key-missing": "high",
  "key-disabled": "high",
  "key-unusable": "high",
  "key-other-region": "high",
  "key-unknown": "high",
  "pause-unknown": "high",
  "policy-stale": "high",
  "earlier-write-unconfirmed": "high",
  "rule-changed-by-tags": "medium",
  "integrity-alarm": "critical",
  "source-key-unusable": "critical",
  "source-key-unknown": "high",
};
