import { printable } from "../terminal/printable.ts";

type Severity = "error" | "warning";

/** One thing that is wrong with a policy file, and where. */
export interface Finding {
  readonly severity: Severity;
  /** 1-based; 0 where the whole file is meant. */
  readonly line: number;
  readonly column: number;
  /** The id of the rule or exemption it is about (`rules[2]` where it has none), or `null` outside of one. */
  readonly rule: string | null;
  /** Stable, for machines, such as `unknown-key`. */
  readonly code: string;
  readonly message: string;
}

/** `FILE:LINE:COL rule-id message [code]`, `policy` in place of the id outside of a rule. */
export function renderFinding(file: string, finding: Finding): string {
  const place = finding.line > 0 ? `${printable(file)}:${finding.line}:${finding.column}` : printable(file);
  const warning = finding.severity === "warning" ? "warning: " : "";
  return `${place} ${printable(finding.rule ?? "policy")} ${warning}${printable(finding.message)} [${finding.code}]`;
}
