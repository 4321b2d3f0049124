import { checkPolicy } from "#core/check/check";
import { type HeldByName, heldByName } from "#core/check/held-by-name";
import { hazards, lastHazards } from "#core/guard/hazards";
import { compilePolicy } from "#core/match/compile";
import { type Policy, policySchema } from "#core/policy/policy";
import type { FileFinding } from "./finding.ts";
import { readSource } from "./read-source.ts";
import { schemaFindings } from "./schema-findings.ts";
import { parseYaml, type YamlSource } from "./yaml-source.ts";

export interface PolicyFile {
  /** As the output calls it: `stdin` for `-`. */
  readonly file: string;
  /** The text exactly as it was read. */
  readonly text: string;
  /** `null` if a finding is an error. */
  readonly policy: Policy | null;
  /** Every error and warning, in line order. */
  readonly findings: readonly FileFinding[];
  /** The rules that reach buckets which are held because of their names. */
  readonly heldByName: readonly HeldByName[];
}

/**
 * Reads and validates a policy file (YAML, schema, static checks) and returns all findings at once.
 * @throws CliError if the file cannot be read as text
 */
export async function loadPolicyFile(file: string): Promise<PolicyFile> {
  const text = await readSource(file);
  const { policy, findings } = judge(parseYaml(text));
  const ordered = [...findings].sort((a, b) => a.line - b.line || a.column - b.column);
  const isWrong = ordered.some((finding) => finding.severity === "error");
  return {
    file: file === "-" ? "stdin" : file,
    text,
    policy: isWrong ? null : policy,
    findings: ordered,
    heldByName: isWrong || policy === null ? [] : heldByName(compilePolicy(policy), hazards),
  };
}

// --- internal ---

function judge(source: YamlSource): { policy: Policy | null; findings: FileFinding[] } {
  if (source.findings.length > 0) return { policy: null, findings: [...source.findings] };
  const parsed = policySchema.safeParse(source.value);
  if (!parsed.success) return { policy: null, findings: schemaFindings(source, parsed.error) };
  const checked = checkPolicy(parsed.data, Date.now(), [...hazards, ...lastHazards]);
  return {
    policy: parsed.data,
    findings: checked.map(({ path, ...finding }) => ({ ...finding, ...source.place(path) })),
  };
}
