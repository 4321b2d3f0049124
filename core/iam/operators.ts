import { compileGlob, globMatches } from "#core/match/glob";
import { isInBlock } from "./address.ts";
import { type Truth, truthOf } from "./truth.ts";

/** A condition operator: how one value of a request is compared with one value of a policy. */
export interface ConditionOperator {
  /**
   * Whether a condition holds if none of the policy's values compares, such as `StringNotEquals`.
   */
  readonly isNegated: boolean;
  /** Whether the policy's value is a glob. */
  readonly hasWildcards: boolean;
  readonly compares: (actual: string, wanted: string) => Truth;
}

/**
 * An operator by its name without a quantifier or `IfExists`; `undefined`: there is none of that
 * name. `Null` is not among them: it compares nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export function conditionOperator(name: string): ConditionOperator | undefined {
  return OPERATORS.get(name);
}

// --- internal ---

type Compare = ConditionOperator["compares"];

const equals: Compare = (actual, wanted) => truthOf(actual === wanted);
const equalsIgnoringCase: Compare = (actual, wanted) => truthOf(actual.toLowerCase() === wanted.toLowerCase());
const like: Compare = (actual, wanted) => truthOf(globMatches(compileGlob(wanted), actual));

function numbers(holds: (actual: number, wanted: number) => boolean): Compare {
  return (actual, wanted) => ordered(numberOf(actual), numberOf(wanted), holds);
}

function dates(holds: (actual: number, wanted: number) => boolean): Compare {
  return (actual, wanted) => ordered(timeOf(actual), timeOf(wanted), holds);
}

function ordered(actual: number, wanted: number, holds: (actual: number, wanted: number) => boolean): Truth {
  return Number.isNaN(actual) || Number.isNaN(wanted) ? "unknown" : truthOf(holds(actual, wanted));
}

function numberOf(text: string): number {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}

/** ISO 8601, or seconds since the epoch. */
function timeOf(text: string): number {
  return Number.isNaN(numberOf(text)) ? Date.parse(text) : numberOf(text) * 1000;
}

const bool: Compare = (actual, wanted) => {
  const values = [actual.toLowerCase(), wanted.toLowerCase()];
  return values.every((each) => each === "true" || each === "false") ? truthOf(values[0] === values[1]) : "unknown";
};

/**
 * Each of the six parts of an ARN is compared by itself: a wildcard does not reach over a colon.
 */
const arn: Compare = (actual, wanted) => {
  const [is, pattern] = [partsOf(actual), partsOf(wanted)];
  if (is === null || pattern === null) return "unknown";
  return truthOf(is.every((part, at) => globMatches(compileGlob(pattern[at] as string), part)));
};

function partsOf(text: string): readonly string[] | null {
  const parts = text.split(":");
  return parts.length < 6 ? null : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

const COMPARES: Readonly<Record<string, Compare>> = {
  StringEquals: equals,
  StringEqualsIgnoreCase: equalsIgnoringCase,
  StringLike: like,
  NumericEquals: numbers((actual, wanted) => actual === wanted),
  NumericLessThan: numbers((actual, wanted) => actual < wanted),
  NumericLessThanEquals: numbers((actual, wanted) => actual <= wanted),
  NumericGreaterThan: numbers((actual, wanted) => actual > wanted),
  NumericGreaterThanEquals: numbers((actual, wanted) => actual >= wanted),
  DateEquals: dates((actual, wanted) => actual === wanted),
  DateLessThan: dates((actual, wanted) => actual < wanted),
  DateLessThanEquals: dates((actual, wanted) => actual <= wanted),
  DateGreaterThan: dates((actual, wanted) => actual > wanted),
  DateGreaterThanEquals: dates((actual, wanted) => actual >= wanted),
  Bool: bool,
  BinaryEquals: equals,
  IpAddress: isInBlock,
  ArnEquals: arn,
  ArnLike: arn,
};

/** Negated operators, and what they negate. */
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  NumericNotEquals: "NumericEquals",
  DateNotEquals: "DateEquals",
  NotIpAddress: "IpAddress",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

/** `ArnEquals` behaves like `ArnLike`, wildcards included. */
const WITH_WILDCARDS = ["StringLike", "ArnEquals", "ArnLike"];

const OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map([
  ...Object.keys(COMPARES).map((name) => [name, operator(name, false)] as const),
  ...Object.entries(NEGATED).map(([name, of]) => [name, operator(of, true)] as const),
]);

function operator(name: string, isNegated: boolean): ConditionOperator {
  return { isNegated, hasWildcards: WITH_WILDCARDS.includes(name), compares: COMPARES[name] as Compare };
}
