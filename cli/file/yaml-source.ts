import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLError,
} from "yaml";
import type { FileFinding } from "./finding.ts";

/** A parsed YAML text with the positions of its values. */
export interface YamlSource {
  /** The plain value; `undefined` if the text is not YAML. */
  readonly value: unknown;
  /** Syntax errors of the YAML itself. */
  readonly findings: readonly FileFinding[];
  /**
   * 1-based line and column of the value at a path, or of its nearest ancestor that exists.
   * @param key - return the position of this key of the value instead
   */
  place(path: readonly PropertyKey[], key?: string): { readonly line: number; readonly column: number };
  /** A scalar as written (`012345678901`); `undefined` if the path leads elsewhere. */
  written(path: readonly PropertyKey[]): string | undefined;
}

/** Parses one YAML 1.2 document (core schema) and keeps positions. */
export function parseYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    // A name stays as it is written: `012345678901` or `True` are no numbers or booleans here.
    stringKeys: true,
  });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const findings = [...document.errors, ...document.warnings].map((error) => yamlFinding(error, at(error.pos[0])));
  const faults = findings.length > 0 ? findings : mergeKeys(document).map((offset) => mergeFinding(at(offset)));
  const { value, finding } = faults.length > 0 ? { value: undefined, finding: null } : toValue(document);
  return {
    value,
    findings: finding ? [finding] : faults,
    place: (path, key) => at(offsetOf(document, path, key)),
    written: (path) => {
      const { node, rest } = follow(document, path);
      return rest === 0 && isScalar(node) ? node.source : undefined;
    },
  };
}

// --- internal ---

/**
 * Where merge keys stand. YAML 1.2 has none: `<<` would be a field or a tag by that name, and the
 * fields that its author meant would be missing. https://yaml.org/type/merge.html
 */
function mergeKeys(document: Document): number[] {
  const offsets: number[] = [];
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === "<<" && key.type === "PLAIN") offsets.push(key.range?.[0] ?? 0);
    },
  });
  return offsets;
}

function mergeFinding(place: { line: number; column: number }): FileFinding {
  const message = "merge keys (<<) are not supported: write the fields out, or use an alias alone (`match: *name`)";
  return { severity: "error", ...place, rule: null, code: "merge-key", message };
}

/** Aliases are allowed, up to a limit: a "billion laughs" document is refused. */
function toValue(document: Document): { value: unknown; finding: FileFinding | null } {
  try {
    return { value: document.toJS({ maxAliasCount: 1000 }), finding: null };
  } catch {
    const message = "aliases (*name) expand to too many values: write them out";
    return {
      value: undefined,
      finding: { severity: "error", line: 1, column: 1, rule: null, code: "yaml-aliases", message },
    };
  }
}

function yamlFinding(error: YAMLError, place: { line: number; column: number }): FileFinding {
  const code = `yaml-${error.code.toLowerCase().replaceAll("_", "-")}`;
  const message = sentences[error.code] ?? (error.message.split("\n", 1)[0] ?? "").replace(/[.:]$/, "");
  return { severity: "error", ...place, rule: null, code, message: `not valid YAML: ${message}` };
}

const sentences: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: "duplicate key",
  MULTIPLE_DOCS: "a second document starts here (---); a policy is one document",
  TAB_AS_INDENT: "a tab indents this line; use spaces",
  BAD_INDENT: "the indentation does not match the lines above",
  NON_STRING_KEY: "a name is one word or a text in quotes, not a list, a mapping or an alias",
  TAG_RESOLVE_FAILED: "tags (!name) are not supported in policies",
};

function offsetOf(document: Document, path: readonly PropertyKey[], key: string | undefined): number {
  const { node, rest, keyOffset } = follow(document, path);
  if (key !== undefined && rest === 0 && isMap(node)) {
    const pair = node.items.find((item) => nameOf(item.key) === key);
    const range = (pair?.key as Node | undefined)?.range;
    if (range) return range[0];
  }
  return node?.range?.[0] ?? keyOffset;
}

/**
 * The deepest node on the path, the number of steps left, and the last key's offset (for empty
 * values).
 */
function follow(
  document: Document,
  path: readonly PropertyKey[],
): { node: Node | null; rest: number; keyOffset: number } {
  let node = dealias(document, document.contents);
  let keyOffset = 0;
  for (const [index, step] of path.entries()) {
    let next: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => nameOf(item.key) === String(step));
      if (!pair) return { node, rest: path.length - index, keyOffset };
      keyOffset = (pair.key as Node | null)?.range?.[0] ?? keyOffset;
      next = pair.value;
    } else if (isSeq(node)) {
      next = node.items[Number(step)];
    }
    if (next === undefined) return { node, rest: path.length - index, keyOffset };
    node = dealias(document, next as Node | null);
  }
  return { node, rest: 0, keyOffset };
}

function dealias(document: Document, node: Node | null): Node | null {
  return isAlias(node) ? (node.resolve(document) ?? null) : node;
}

function nameOf(key: unknown): string {
  return isScalar(key) ? String(key.value) : String(key);
}
