/**
 * Readers for JSON that CloudTrail converted from XML: one element is an object, several are an
 * array, an empty element is `""`, and text that looks like a boolean or number has become one.
 */

/** The value at a path; `undefined` if a step is missing. Only own fields count. */
export function field(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const name of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = Reflect.get(at, name);
  }
  return at;
}

/** The elements as a list, whether there is one or several; empty if missing. */
export function many(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null || value === "" ? [] : [value];
}

/** The text of an element, whatever type it was converted to; `undefined` if it is not text. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}
