import type { Fact, FactError } from "#core/fact";
import type { KeyFacts } from "./key.ts";

/** A key or pin as far as it has been looked at; `missing`: there is no such key, or no pin yet. */
export type Sight =
  | { readonly kind: "arn"; readonly arn: string }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly what: string; readonly error: FactError }
  | { readonly kind: "pending" };

/** Keys and pins as far as they were looked at. */
export interface KeysSeen {
  /** DescribeKey by the ARN asked for (key ARN or alias ARN); `null`: there is no such key. */
  readonly keys: ReadonlyMap<string, Fact<KeyFacts | null>>;
  /** What an alias ARN resolved to when it was first used; `null`: not recorded yet. */
  readonly pins: ReadonlyMap<string, Fact<string | null>>;
}

/** A key or pin that nobody has looked at yet. */
export type KeyNeed = { readonly fact: "key"; readonly arn: string } | { readonly fact: "pin"; readonly alias: string };

/** Looks at facts and remembers what it would have needed, so that all of it can be asked for at once. */
export interface Look {
  /** The key that a key ARN or alias ARN names. */
  key(arn: string): Sight;
  /** What an alias was recorded to name. */
  pin(alias: string): Sight;
  /** What was looked for and is not there yet, each once. */
  needs(): readonly KeyNeed[];
}

/** A look at these facts; they are not touched. */
export function lookAt(facts: KeysSeen): Look {
  const wanted = new Map<string, KeyNeed>();
  return {
    key: (arn) => {
      const fact = facts.keys.get(arn);
      if (fact === undefined) wanted.set(`key ${arn}`, { fact: "key", arn });
      return sight(`key ${arn}`, fact, (key) => key.arn);
    },
    pin: (alias) => {
      const fact = facts.pins.get(alias);
      if (fact === undefined) wanted.set(`pin ${alias}`, { fact: "pin", alias });
      return sight(`the pin of ${alias}`, fact, (arn) => arn);
    },
    needs: () => [...wanted.values()],
  };
}

// --- internal ---

function sight<T>(what: string, fact: Fact<T | null> | undefined, arnOf: (value: T) => string): Sight {
  if (fact === undefined) return { kind: "pending" };
  if (!fact.known) return { kind: "unreadable", what, error: fact.error };
  return fact.value === null ? { kind: "missing" } : { kind: "arn", arn: arnOf(fact.value) };
}
