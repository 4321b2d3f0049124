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
 *
 * @param ofRule - what the rule says instead of medium; it never makes anything quieter than its
 *   reasons are
 */
export function severityOf(outcome: Outcome, codes: readonly ReasonCode[], ofRule?: Severity): Severity {
  const own = BY_OUTCOME[outcome];
  const least = ofRule === undefined || own === "info" ? [own] : own === "medium" ? [ofRule] : [own, ofRule];
  const raised = codes.flatMap((code) => rowOf(code)?.severity ?? []);
  return [...least, ...raised].reduce((worst, each) => (rank(each) > rank(worst) ? each : worst));
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
