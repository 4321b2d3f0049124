import type { Rule } from "#core/policy/policy";
import { safe } from "#core/safe";

/** The first of some rules by their ids, and how many more there are; `null`: there are none. */
export function firstRules(rules: readonly Pick<Rule, "id">[]): string | null {
  if (rules.length === 0) return null;
  const names = rules.slice(0, SHOWN).map(({ id }) => `"${safe(id)}"`);
  const rest = rules.length - names.length;
  return `${names.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

// --- internal ---

const SHOWN = 3;
