import { type ConditionOperator, conditionOperator } from "./operators.ts";
import { globText, type IamPattern, iamPattern, plainText } from "./pattern.ts";
import { type RequestContext, valuesOf } from "./request.ts";
import { allOf, anyOf, opposite, type Truth, truthOf } from "./truth.ts";

/** One condition of a statement: a key, an operator, and the values that it is compared with. */
export interface IamCondition {
  /** In lower case. */
  readonly key: string;
  readonly test: "Null" | ConditionOperator | "unreadable";
  readonly quantifier: "ForAllValues" | "ForAnyValue" | null;
  readonly ifExists: boolean;
  readonly values: readonly IamPattern[];
}

/** Reads a statement's `Condition`; `null`: it is none. */
export function readConditions(block: unknown, hasVariables: boolean): readonly IamCondition[] | null {
  if (!isMapping(block)) return null;
  const found: IamCondition[] = [];
  for (const [name, keys] of Object.entries(block)) {
    if (!isMapping(keys)) return null;
    for (const [key, values] of Object.entries(keys)) found.push(readCondition(name, key, values, hasVariables));
  }
  return found;
}

/**
 * Whether a condition holds. If the key is absent, a negated operator holds, with `IfExists` and
 * without: it spares a request in an Allow, and not in a Deny.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function conditionHolds(condition: IamCondition, context: RequestContext): Truth {
  const { test, quantifier, ifExists } = condition;
  if (test === "unreadable") return "unknown";
  const actual = valuesOf(context, condition.key);
  if (actual === "unknown") return "unknown";
  if (test === "Null") return isNull(condition, context, actual === null);
  if (actual === null) {
    return truthOf(ifExists || quantifier === "ForAllValues" || (test.isNegated && quantifier === null));
  }
  const holds = (value: string) => valueHolds(condition, test, value, context);
  if (quantifier === "ForAllValues") return allOf(actual, holds);
  if (quantifier === "ForAnyValue") return anyOf(actual, holds);
  const all = allOf(actual, holds);
  // AWS does not say what an operator without a quantifier makes of several values.
  return actual.length > 0 && all === anyOf(actual, holds) ? all : "unknown";
}

// --- internal ---

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readCondition(name: string, key: string, given: unknown, hasVariables: boolean): IamCondition {
  const [, quantifier = null, operator = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/.exec(name) ?? [];
  const values = (Array.isArray(given) ? given : [given]) as readonly unknown[];
  const isReadable = values.every((value) => ["string", "number", "boolean"].includes(typeof value));
  const test = operator === "Null" ? "Null" : (conditionOperator(operator) ?? "unreadable");
  return {
    key: key.toLowerCase(),
    test: isReadable ? test : "unreadable",
    quantifier: quantifier as IamCondition["quantifier"],
    ifExists: ifExists !== undefined,
    values: values.map((value) => iamPattern(String(value), hasVariables)),
  };
}

/** `Null: true` holds for an absent key, `Null: false` for a present one. */
function isNull({ values }: IamCondition, context: RequestContext, isAbsent: boolean): Truth {
  return anyOf(values, (value) => {
    const wanted = plainText(value, context);
    const text = wanted.kind === "filled" ? wanted.text.toLowerCase() : "";
    return text === "true" || text === "false" ? truthOf((text === "true") === isAbsent) : "unknown";
  });
}

/** One of the policy's values has to compare; for a negated operator, none of them. */
function valueHolds({ values }: IamCondition, operator: ConditionOperator, actual: string, context: RequestContext) {
  const compares = anyOf(values, (value) => {
    const wanted = operator.hasWildcards ? globText(value, context) : plainText(value, context);
    if (wanted.kind === "filled") return operator.compares(actual, wanted.text);
    // Nothing equals a variable without a value. AWS does not say whether it differs from all.
    return wanted.kind === "absent" && !operator.isNegated ? "no" : "unknown";
  });
  return operator.isNegated ? opposite(compares) : compares;
}
