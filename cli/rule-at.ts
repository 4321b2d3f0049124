/** The id of the rule or exemption that a path of the document leads into; `rules[2]` where it has none; `null` outside. */
export function ruleAt(document: unknown, path: readonly PropertyKey[]): string | null {
  const [list, index] = path;
  if ((list !== "rules" && list !== "exemptions") || typeof index !== "number") return null;
  const entries = (document as Readonly<Record<string, unknown>>)[list];
  const entry = Array.isArray(entries) ? (entries[index] as { readonly id?: unknown } | null) : null;
  const id = entry?.id;
  return typeof id === "string" && id !== "" ? id : `${list}[${index}]`;
}
