import type { Outcome } from "#core/outcome";
import { type ReasonCode, rowOf } from "./reason.ts";
import { type Severity, severities } from "./severity.ts";

/**
 * The severity of an outcome, raised (never lowered) by the severity of its reasons.
 *
 * | outcome | severity |
 * |---|---|
 * | left alone, exempt, superseded, gone | info |
 * | reported, changed, held, unreadable | medium |
 * | contested, failed | high |
 */
export function severityOf(outcome: Outcome, codes: readonly ReasonCode[]): Severity {
  const raised = codes.flatMap((code) => rowOf(code)?.severity ?? []);
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
