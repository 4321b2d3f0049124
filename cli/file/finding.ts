import { printable } from "../terminal/printable.ts";

type Severity = "error" | "warning";

/** One error or warning about a policy file, with its position. */
export interface FileFinding {
  readonly severity: Severity;
  /** 1-based; 0 for the whole file. */
  readonly line: number;
  readonly column: number;
  /** The id of the rule or exemption (`rules[2]` if it has none); `null` outside of one. */
  readonly rule: string | null;
  /** Stable, for scripts, such as `unknown-key`. */
  readonly code: string;
  readonly message: string;
}

/** `FILE:LINE:COL rule-id message [code]`; outside of a rule `policy` takes the place of the id. */
export function renderFinding(file: string, finding: FileFinding): string {
  const place = finding.line > 0 ? `${printable(file)}:${finding.line}:${finding.column}` : printable(file);
  const warning = finding.severity === "warning" ? "warning: " : "";
  return `${place} ${printable(finding.rule ?? "policy")} ${warning}${printable(finding.message)} [${finding.code}]`;
}
