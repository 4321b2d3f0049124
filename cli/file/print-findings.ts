import type { Output } from "../terminal/output.ts";
import { plural } from "../terminal/plural.ts";
import { printable } from "../terminal/printable.ts";
import { renderFinding } from "./finding.ts";
import type { PolicyFile } from "./policy-file.ts";

/** Prints the findings of a policy file and their count. */
export function printFindings(loaded: PolicyFile, out: Output): void {
  const name = loaded.file === "-" ? "stdin" : loaded.file;
  for (const finding of loaded.findings) {
    out.line(out.paint(finding.severity === "error" ? "red" : "yellow", renderFinding(name, finding)));
  }
  out.line(count(loaded, printable(name)));
}

// --- internal ---

function count(loaded: PolicyFile, name: string): string {
  const errors = loaded.findings.filter((finding) => finding.severity === "error").length;
  const warnings = loaded.findings.length - errors;
  const found = [plural(errors, "error"), ...(warnings > 0 ? [plural(warnings, "warning")] : [])].join(", ");
  const size = loaded.policy === null ? "" : `, ${plural(loaded.policy.rules.length, "rule")}`;
  return `${name}: ${found}${size}`;
}
