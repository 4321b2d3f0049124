import type { Fact, FactError } from "#core/fact";
import type { KeyFacts } from "./key.ts";

/**
 * The result of looking a key or pin up. `missing`: no such key, or no pin yet; `pending`: not read
 * yet.
 */
export type KeyAnswer =
  | { readonly kind: "arn"; readonly arn: string }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly what: string; readonly error: FactError }
  | { readonly kind: "pending" };

/** The keys and pins read so far. */
export interface KeysSeen {
  /** DescribeKey by the requested ARN (key or alias); `null`: there is no such key. */
  readonly keys: ReadonlyMap<string, Fact<KeyFacts | null>>;
  /** What an alias ARN resolved to when it was first used; `null`: not recorded yet. */
  readonly pins: ReadonlyMap<string, Fact<string | null>>;
}

/** A key or pin that has not been read yet. */
export type KeyNeed = { readonly fact: "key"; readonly arn: string } | { readonly fact: "pin"; readonly alias: string };

/**
 * Looks keys and pins up in the facts, and collects the missing ones so that they can be requested
 * together.
 */
export interface KeyLookup {
  /** The key that a key ARN or alias ARN names. */
  key(arn: string): KeyAnswer;
  /** The key that an alias is pinned to. */
  pin(alias: string): KeyAnswer;
  /** What was looked up but is not read yet, without duplicates. */
  needs(): readonly KeyNeed[];
}

/** A lookup over these facts, which are not modified. */
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
