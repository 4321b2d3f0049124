/**
 * Readers for JSON that CloudTrail made out of XML: one element is an object and several are an
 * array, an empty element is `""`, and a text that looks like a boolean or number has become one.
 */

/** The value at a path; `undefined` where any step is missing. Only own fields count. */
export function field(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const name of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = Reflect.get(at, name);
  }
  return at;
}

/** One element or several; none where the element is missing or empty. */
export function many(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null || value === "" ? [] : [value];
}

/**
 * The text that an element held, whatever it was turned into; `undefined` where it is no text at
 * all.
 */
export function text(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}
