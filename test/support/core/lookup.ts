import type { Fact } from "#core/fact";
import type { KeyFacts } from "#core/key/key";
import { type KeyLookup, lookUp } from "#core/key/lookup";
import { keyFacts, known } from "./world.ts";

/**
 * A lookup of keys and pins by ARN: a string resolves, `null` is missing, anything else is the fact
 * itself.
 */
export function lookup(
  keys: Record<string, string | null | Fact<never>>,
  pins: Record<string, string | null | Fact<never>> = {},
): KeyLookup {
  const key = (value: string | null | Fact<never>): Fact<KeyFacts | null> =>
    typeof value === "string" ? known(keyFacts(value)) : value === null ? known(null) : value;
  const pin = (value: string | null | Fact<never>): Fact<string | null> =>
    typeof value === "object" && value !== null ? value : known(value);
  return lookUp({
    keys: new Map(Object.entries(keys).map(([arn, value]) => [arn, key(value)])),
    pins: new Map(Object.entries(pins).map(([arn, value]) => [arn, pin(value)])),
  });
}
