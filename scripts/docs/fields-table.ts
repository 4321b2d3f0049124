import { code, markdownTable } from "./markdown-table.ts";

/** The parts of a JSON Schema that the tables read. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly required?: readonly string[];
}

/** Every field of a JSON Schema with its path, type, default and meaning. */
export function fieldsTable(schema: unknown): string {
  const rows = walk(schema as Schema, "").map(({ path, field, isRequired }) => [
    `\`${path}\``,
    kind(field),
    isRequired ? "needed" : field.default === undefined ? "" : `\`${JSON.stringify(field.default)}\``,
    (field.description ?? "").replaceAll("\n", " ").replaceAll("<", "&lt;").replaceAll("*", "\\*"),
  ]);
  return markdownTable(["field", "is", "default", "meaning"], rows);
}

// --- internal ---

interface Row {
  readonly path: string;
  readonly field: Schema;
  readonly isRequired: boolean;
}

function walk(schema: Schema, above: string): Row[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = above === "" ? name : `${above}.${name}`;
    const row = { path, field, isRequired: schema.required?.includes(name) === true };
    const repeated = path.endsWith(".except") && field.properties?.accounts !== undefined;
    if (repeated || path.startsWith("exemptions[].match.")) return repeated ? [row] : [];
    const inner = field.items?.properties === undefined ? field : field.items;
    return [row, ...walk(inner, field.items?.properties === undefined ? path : `${path}[]`)];
  });
}

function kind(field: Schema): string {
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum !== undefined) return code(field.enum.map(String));
  const parts = field.anyOf ?? field.oneOf;
  if (parts !== undefined) return [...new Set(parts.map(kind))].join(" or ");
  if (field.type === "array")
    return `list of ${field.items?.properties === undefined ? plain(field.items) : "mappings"}`;
  return plain(field);
}

function plain(field: Schema | undefined): string {
  const name = [field?.type ?? "any"].flat()[0] ?? "any";
  return (
    { string: "text", boolean: "true, false", object: "mapping", integer: "whole number", null: "null" }[name] ?? name
  );
}
