import type { ZodError } from "zod";
import type { FileFinding } from "./finding.ts";
import type { YamlSource } from "./yaml-source.ts";

type Issue = ZodError["issues"][number];

/** The schema's issues with their positions in the file; an unknown key at the key itself. */
export function schemaFindings(source: YamlSource, error: ZodError): FileFinding[] {
  return error.issues.flatMap((issue) => findings(source, deepest(issue)));
}

/**
 * The id of the rule or exemption that a path leads into (`rules[2]` if it has none), or `null`.
 */
function ruleAt(document: unknown, path: readonly PropertyKey[]): string | null {
  const [list, index] = path;
  if ((list !== "rules" && list !== "exemptions") || typeof index !== "number") return null;
  const entries = (document as Readonly<Record<string, unknown>>)[list];
  const entry = Array.isArray(entries) ? (entries[index] as { readonly id?: unknown } | null) : null;
  const id = entry?.id;
  return typeof id === "string" && id !== "" ? id : `${list}[${index}]`;
}

// --- internal ---

/** The deepest fault of a union that matches no variant: that variant was probably meant. */
function deepest(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors.flat().filter((candidate) => candidate.path.length > 0);
  const best = inner.sort((a, b) => b.path.length - a.path.length)[0];
  return best ? deepest({ ...best, path: [...issue.path, ...best.path] } as Issue) : issue;
}

function findings(source: YamlSource, issue: Issue): FileFinding[] {
  const about = { severity: "error", rule: ruleAt(source.value, issue.path) } as const;
  if (issue.code === "unrecognized_keys") {
    const single = issue.keys.length === 1;
    return issue.keys.map((key) => ({
      ...about,
      ...source.place(issue.path, key),
      code: "unknown-key",
      message: single ? issue.message : `unknown field \`${key}\``,
    }));
  }
  const written = source.written(issue.path);
  if (
    issue.path.includes("accounts") &&
    written !== undefined &&
    /^[0-9_]+$/.test(written) &&
    !isText(source, issue.path)
  ) {
    const message = `account ids must be in quotes: YAML reads ${written} as a number; write "${written}"`;
    return [{ ...about, ...source.place(issue.path), code: "account-not-quoted", message }];
  }
  return [
    { ...about, ...source.place(issue.path), code: codeOf(source, issue), message: asWritten(issue, source, written) },
  ];
}

/** The message, with the text that YAML read as something else (`007` as 7). */
function asWritten({ message, path }: Issue, source: YamlSource, written: string | undefined): string {
  const value = valueAt(source.value, path);
  const isRead = typeof value === "number" || typeof value === "boolean" || typeof value === "bigint";
  if (!isRead || written === undefined || written === String(value)) return message;
  return `${message}; YAML reads ${written} as ${value}: if a text is meant, write "${written}"`;
}

function codeOf(source: YamlSource, issue: Issue): string {
  if (issue.code === "custom") return "invalid";
  if (issue.code !== "invalid_type" && issue.code !== "invalid_value") return issue.code.replaceAll("_", "-");
  return valueAt(source.value, issue.path) === undefined ? "missing" : issue.code.replaceAll("_", "-");
}

function isText(source: YamlSource, path: readonly PropertyKey[]): boolean {
  return typeof valueAt(source.value, path) === "string";
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, step) ? Reflect.get(at, step) : undefined,
    value,
  );
}
