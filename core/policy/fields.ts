import * as z from "zod";

/** The part of a zod issue that these messages use. */
interface Issue {
  readonly input?: unknown;
  readonly keys?: readonly string[];
  readonly issues?: readonly { readonly message: string }[];
}

/**
 * The error option of a field: one sentence for a missing value and one for a wrong one. `field` is
 * its name in the YAML.
 */
export function must(field: string, be: string): { error: (issue: Issue) => string } {
  return {
    error: ({ input }) =>
      input === undefined ? `${field} is missing; it must be ${be}` : `${field} must be ${be}, not ${shown(input)}`,
  };
}

/** A mapping with known fields: an unknown one is an error that suggests a similar name, if any. */
export function fields<Shape extends z.ZodRawShape>(name: string, shape: Shape) {
  const known = Object.keys(shape);
  const mapping = must(name, `a mapping of ${listed(known)}`);
  return z.strictObject(shape, {
    error: (issue: Issue) => (issue.keys === undefined ? mapping.error(issue) : unknown(name, issue.keys, known)),
  });
}

/**
 * A mapping with free keys. zod silently drops a key `__proto__`, and a lost condition would widen
 * a rule, so it is an error.
 */
export function entries<Value extends z.ZodType>(name: string, of: string, key: z.ZodString, value: Value) {
  const mapping = must(name, of);
  const record = z.record(key, value, { error: (issue: Issue) => issue.issues?.[0]?.message ?? mapping.error(issue) });
  const { $schema: _, ...json } = z.toJSONSchema(record, { io: "input" });
  return z
    .unknown()
    .refine((input) => !(typeof input === "object" && input !== null && Object.hasOwn(input, "__proto__")), {
      error: `${name} must not contain the name __proto__`,
    })
    .meta(json)
    .pipe(record);
}

/**
 * A value from the document, for an error message: text is quoted and cut, collections are named by
 * kind.
 */
function shown(input: unknown): string {
  if (input === null) return "empty";
  if (Array.isArray(input)) return "a list";
  if (typeof input === "object") return "a mapping";
  const text = typeof input === "string" ? JSON.stringify(input) : String(input);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

// --- internal ---

function listed(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}

function unknown(name: string, keys: readonly string[], known: readonly string[]): string {
  const near = known.find((field) => keys.some((key) => isNear(key.toLowerCase(), field.toLowerCase())));
  const hint = near === undefined ? `known fields: ${listed(known)}` : `did you mean \`${near}\`?`;
  return `${name} has no field ${listed(keys)}; ${hint}`;
}

/**
 * Whether two names differ by one letter added, omitted, replaced or swapped: more is not a typo.
 */
function isNear(a: string, b: string): boolean {
  let head = 0;
  while (head < a.length && a[head] === b[head]) head++;
  const restA = a.slice(head);
  const restB = b.slice(head);
  if (restA.slice(1) === restB.slice(1) || restA.slice(1) === restB || restA === restB.slice(1)) return true;
  return restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0];
}
