import { command } from "./command.ts";
import { type Finding, renderFinding } from "./finding.ts";
import type { Output } from "./output.ts";
import { loadPolicyFile, type PolicyFile } from "./policy-file.ts";
import { printable } from "./printable.ts";

export const check = command({
  name: "check",
  description: "Checks a policy file and names every error and warning at once; calls nothing.",
  args: { file: { type: "positional", required: true, description: "the policy, YAML; - reads stdin" } },
  examples: [
    ["check policy.yaml", "errors and warnings as FILE:LINE:COL RULE MESSAGE [CODE]"],
    ["check --json policy.yaml", "the same for machines"],
  ],
  json: `{ file: string, ok: boolean, rules: number | null,
  errors: Finding[], warnings: Finding[] }   // Finding: { line, column, rule, code, message }`,
  notes: ["Exit codes: 0 no errors (there may be warnings), 1 errors."],
  run: async ({ file }, out) => {
    const loaded = await loadPolicyFile(file);
    printFindings(loaded, out);
    out.document(document(loaded));
    return loaded.policy === null ? 1 : 0;
  },
});

/** Prints the findings of a file and their count: `check` on stdout, other commands before they do anything. */
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

function plural(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function document(loaded: PolicyFile): unknown {
  const of = (severity: Finding["severity"]) =>
    loaded.findings.filter((finding) => finding.severity === severity).map(({ severity: _, ...finding }) => finding);
  return {
    file: loaded.file,
    ok: loaded.policy !== null,
    rules: loaded.policy?.rules.length ?? null,
    errors: of("error"),
    warnings: of("warning"),
  };
}
