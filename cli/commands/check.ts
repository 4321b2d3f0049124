import type { FileFinding } from "../file/finding.ts";
import { loadPolicyFile, type PolicyFile } from "../file/policy-file.ts";
import { printFindings } from "../file/print-findings.ts";
import { command } from "../line/command.ts";

export const check = command({
  name: "check",
  description: "Validates a policy file offline and lists all errors and warnings.",
  args: { file: { type: "positional", required: true, description: "the policy (YAML); - reads stdin" } },
  examples: [
    ["check policy.yaml", "errors and warnings as FILE:LINE:COL RULE MESSAGE [CODE]"],
    ["check --json policy.yaml", "the same for scripts"],
  ],
  json: `{ file: string, ok: boolean, rules: number | null,
  errors: FileFinding[], warnings: FileFinding[],   // FileFinding: { line, column, rule, code, message }
  held?: { rule, hazard, names: string[] }[] }   // buckets, by globs, that a rule would re-key and that are held because of their names`,
  notes: ["Exit codes: 0 no errors (there may be warnings), 1 errors."],
  run: async ({ file }, out) => {
    const loaded = await loadPolicyFile(file);
    printFindings(loaded, out);
    out.document(document(loaded));
    return loaded.policy === null ? 1 : 0;
  },
});

// --- internal ---

function document(loaded: PolicyFile): unknown {
  const of = (severity: FileFinding["severity"]) =>
    loaded.findings.filter((finding) => finding.severity === severity).map(({ severity: _, ...finding }) => finding);
  return {
    file: loaded.file,
    ok: loaded.policy !== null,
    rules: loaded.policy?.rules.length ?? null,
    errors: of("error"),
    warnings: of("warning"),
    ...(loaded.heldByName.length > 0 ? { held: loaded.heldByName } : {}),
  };
}
