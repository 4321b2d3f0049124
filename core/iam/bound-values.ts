import type { IamCondition } from "./condition.ts";
import type { Statement } from "./statement.ts";

/**
 * The values to which a statement's conditions bind a key, such as the accounts of
 * `StringEquals aws:SourceAccount`, wildcards included; `null`: no condition does, as far as can be
 * read. A negated condition, one with `IfExists` and one with a variable bind nothing.
 */
export function boundValues({ conditions }: Statement, key: string): readonly string[] | null {
  if (conditions === "unreadable") return null;
  const binding = conditions.find((each) => each.key === key.toLowerCase() && binds(each));
  return binding === undefined ? null : binding.values.map(({ pieces }) => pieces[0] as string);
}

// --- internal ---

function binds({ test, quantifier, ifExists, values }: IamCondition): boolean {
  if (typeof test === "string" || test.isNegated || ifExists || quantifier === "ForAllValues") return false;
  return values.every(({ pieces }) => pieces.length === 1);
}
