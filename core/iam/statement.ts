import { conditionHolds, type IamCondition, readConditions } from "./condition.ts";
import { type IamPattern, iamPattern, patternMatches } from "./pattern.ts";
import { includesCaller, type Principals, readPrincipals } from "./principal.ts";
import type { IamRequest } from "./request.ts";
import { allOf, allTrue, anyOf, opposite, type Truth } from "./truth.ts";

/** A statement of a policy document. What cannot be read of it makes it unknown, not void. */
export interface Statement {
  /** Its Sid, or its place among the statements: what people find it by. */
  readonly name: string;
  readonly effect: "Allow" | "Deny" | "unreadable";
  /** `null`: it has none, as in an identity policy or a service control policy. */
  readonly principals: Principals | "unreadable" | null;
  readonly actions: Patterns | "unreadable";
  /** `null`: it has none, as in a trust policy. */
  readonly resources: Patterns | "unreadable" | null;
  readonly conditions: readonly IamCondition[] | "unreadable";
}

/** A statement's `Action`, `NotAction`, `Resource` or `NotResource`. */
interface Patterns {
  /** Whether everything is meant but these. */
  readonly isExcept: boolean;
  readonly patterns: readonly IamPattern[];
}

/**
 * Reads a statement.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html
 *
 * @param place - its place among the statements, from 1
 */
export function readStatement(given: unknown, place: number, hasVariables: boolean): Statement {
  const from = typeof given === "object" && given !== null ? (given as Readonly<Record<string, unknown>>) : {};
  const isStrange = Object.keys(from).some((element) => !ELEMENTS.includes(element));
  const { Sid: sid, Effect: effect } = from;
  return {
    name: typeof sid === "string" && sid !== "" ? sid : `statement ${place}`,
    effect: effect === "Allow" || effect === "Deny" ? effect : "unreadable",
    principals: read(from, "Principal", (value, isExcept) => readPrincipals(value, isExcept) ?? "unreadable"),
    actions: read(from, "Action", (value, isExcept) => readPatterns(value, isExcept, actionPattern)) ?? "unreadable",
    resources: read(from, "Resource", (value, isExcept) =>
      readPatterns(value, isExcept, (text) => iamPattern(text, hasVariables)),
    ),
    // An element that we do not know may restrict it, as a condition does.
    conditions: isStrange ? "unreadable" : (readConditions(from.Condition ?? {}, hasVariables) ?? "unreadable"),
  };
}

/** Whether the statement is about the request; unknown as well if its effect cannot be read. */
export function statementMatches(statement: Statement, request: IamRequest): Truth {
  const { effect, actions, resources, principals, conditions } = statement;
  return allTrue(
    () => covers(actions, request.action.toLowerCase(), request),
    () => covers(resources, request.resource, request),
    () => (principals === null ? "yes" : unlessUnreadable(principals, (each) => includesCaller(each, request.caller))),
    () => (effect === "unreadable" ? "unknown" : "yes"),
    () => unlessUnreadable(conditions, (all) => allOf(all, (each) => conditionHolds(each, request.context))),
  );
}

// --- internal ---

const ELEMENTS: readonly string[] = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

/** Reads an element or its `Not…`; `null`: there is neither. AWS allows one of the two. */
function read<T>(
  from: Readonly<Record<string, unknown>>,
  element: string,
  of: (value: unknown, isExcept: boolean) => T | "unreadable",
): T | "unreadable" | null {
  const [value, except] = [from[element], from[`Not${element}`]];
  if (value !== undefined && except !== undefined) return "unreadable";
  if (value !== undefined) return of(value, false);
  return except === undefined ? null : of(except, true);
}

function readPatterns(
  given: unknown,
  isExcept: boolean,
  pattern: (text: string) => IamPattern,
): Patterns | "unreadable" {
  const list = (Array.isArray(given) ? given : [given]) as readonly unknown[];
  if (!list.every((each) => typeof each === "string")) return "unreadable";
  return { isExcept, patterns: list.map(pattern) };
}

/** Names of actions are not case-sensitive, and have no variables. */
function actionPattern(text: string): IamPattern {
  return iamPattern(text.toLowerCase(), false);
}

function covers(given: Patterns | "unreadable" | null, text: string, { context }: IamRequest): Truth {
  if (given === null) return "yes";
  return unlessUnreadable(given, ({ isExcept, patterns }) => {
    const matches = anyOf(patterns, (each) => patternMatches(each, text, context));
    return isExcept ? opposite(matches) : matches;
  });
}

function unlessUnreadable<T extends object>(part: T | "unreadable", of: (part: T) => Truth): Truth {
  return part === "unreadable" ? "unknown" : of(part as T);
}
