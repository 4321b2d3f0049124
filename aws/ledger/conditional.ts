import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { nameOf } from "#aws/error";

/** What became of a conditional write. */
type Conditional<T> =
  | { readonly held: true; readonly output: T }
  /** `item`: what is there instead, where the call asked for it. */
  | { readonly held: false; readonly item: Readonly<Record<string, AttributeValue>> | undefined };

/**
 * Makes a conditional write; a condition that does not hold is a result, not an error.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.ConditionExpressions.html
 * @throws whatever else `call` throws.
 */
export async function conditional<T>(call: () => Promise<T>): Promise<Conditional<T>> {
  try {
    return { held: true, output: await call() };
  } catch (error) {
    if (nameOf(error) !== "ConditionalCheckFailedException") throw error;
    return { held: false, item: (error as { readonly Item?: Record<string, AttributeValue> }).Item };
  }
}

/** Makes a conditional write; returns whether its condition held. */
export async function holds(call: () => Promise<unknown>): Promise<boolean> {
  return (await conditional(call)).held;
}
