import type { Fact, FactError } from "#core/fact";
import type { KeyFacts } from "./key.ts";

/**
 * What is known of a key or a pin. `missing`: there is no such key, or no pin yet; `pending`:
 * nobody has looked yet.
 */
export type KeyAnswer =
  | { readonly kind: "arn"; readonly arn: string }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly what: string; readonly error: FactError }
  | { readonly kind: "pending" };

/** The keys and pins that were read so far. */
export interface KeysSeen {
  /** DescribeKey by the ARN asked for (key ARN or alias ARN); `null`: there is no such key. */
  readonly keys: ReadonlyMap<string, Fact<KeyFacts | null>>;
  /** What an alias ARN resolved to when it was first used; `null`: not recorded yet. */
  readonly pins: ReadonlyMap<string, Fact<string | null>>;
}

/** A key or pin that nobody has looked at yet. */
export type KeyNeed = { readonly fact: "key"; readonly arn: string } | { readonly fact: "pin"; readonly alias: string };

/**
 * Answers from the facts, and remembers what was missing, so that all of it can be asked for at
 * once.
 */
export interface KeyLookup {
  /** The key that a key ARN or alias ARN names. */
  key(arn: string): KeyAnswer;
  /** What an alias was recorded to name. */
  pin(alias: string): KeyAnswer;
  /** What was looked up and is not read yet, each once. */
  needs(): readonly KeyNeed[];
}

/** A lookup in these facts, which it does not change. */
export function lookUp(facts: KeysSeen): KeyLookup {
  const wanted = new Map<string, KeyNeed>();
  return {
    key: (arn) => {
      const fact = facts.keys.get(arn);
      if (fact === undefined) wanted.set(`key ${arn}`, { fact: "key", arn });
      return answer(`key ${arn}`, fact, (key) => key.arn);
    },
    pin: (alias) => {
      const fact = facts.pins.get(alias);
      if (fact === undefined) wanted.set(`pin ${alias}`, { fact: "pin", alias });
      return answer(`the pin of ${alias}`, fact, (arn) => arn);
    },
    needs: () => [...wanted.values()],
  };
}

// --- internal ---

function answer<T>(what: string, fact: Fact<T | null> | undefined, arnOf: (value: T) => string): KeyAnswer {
  if (fact === undefined) return { kind: "pending" };
  if (!fact.known) return { kind: "unreadable", what, error: fact.error };
  return fact.value === null ? { kind: "missing" } : { kind: "arn", arn: arnOf(fact.value) };
}
