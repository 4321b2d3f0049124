import { readFileSync } from "node:fs";
import { type OrgSettings, orgFileSchema, orgSchema } from "#core/org/settings";
import { CliError } from "../error.ts";
import { printable } from "../terminal/printable.ts";
import type { FileFinding } from "./finding.ts";
import { schemaFindings } from "./schema-findings.ts";
import { parseYaml, type YamlSource } from "./yaml-source.ts";

/**
 * The settings of an organization: those of a file (YAML or JSON), or of a text that begins with
 * `{`, as a deployment remembers them.
 * @throws CliError with one sentence for each fault: where, what, how to fix it
 */
export function loadOrg(fileOrText: string): OrgSettings {
  return isOrgText(fileOrText) ? ofText(fileOrText) : ofFile(fileOrText);
}

/** Whether it is the settings themselves, and not the name of a file. */
export function isOrgText(fileOrText: string): boolean {
  return fileOrText.trimStart().startsWith("{");
}

// --- internal ---

function ofFile(file: string): OrgSettings {
  const name = printable(file);
  const source = parseYaml(read(file, name));
  const parsed = orgFileSchema.safeParse(source.value);
  if (source.findings.length === 0 && parsed.success) return parsed.data.org;
  throw refused(name, source.findings.length > 0 || parsed.success ? source.findings : found(source, parsed.error));
}

function ofText(text: string): OrgSettings {
  const source = parseYaml(text);
  const parsed = orgSchema.safeParse(source.value);
  if (source.findings.length === 0 && parsed.success) return parsed.data;
  throw refused("text", source.findings.length > 0 || parsed.success ? source.findings : found(source, parsed.error));
}

function read(file: string, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "no such file" : code === "EISDIR" ? "is a directory" : "cannot be read as UTF-8";
    throw new CliError(`${name}: ${why}; name a file with \`org: { id, homeRegion, regions, externalId }\`, or none`, {
      cause,
    });
  }
}

const found = (source: YamlSource, error: Parameters<typeof schemaFindings>[1]) => schemaFindings(source, error);

/** `FILE:LINE:COLUMN what is wrong`, a line for each. */
function refused(name: string, findings: readonly FileFinding[]): CliError {
  const ordered = [...findings].sort((a, b) => a.line - b.line || a.column - b.column);
  const lines = ordered.map(({ line, column, message }) => `${name}:${line}:${column} ${printable(message)}`);
  return new CliError(lines.join("\n"));
}
