/**
 * An event pattern as one text, whatever the order of its fields, without the account and Region
 * that a stack fills in. The stack records its hash, so that a CLI of any version can tell whether
 * a rule's pattern is still as it was deployed.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
 */
export function canonicalPattern(pattern: object): string {
  const { account: _account, region: _region, ...rest } = pattern as Readonly<Record<string, unknown>>;
  return JSON.stringify(sorted(rest));
}

// --- internal ---

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
