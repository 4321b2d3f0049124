import { isSamePlace, type Place, parseKmsArn } from "./arn.ts";
import type { KeyAnswer, KeyLookup } from "./lookup.ts";
import { resolveKey } from "./resolve.ts";
import { absoluteKey } from "./spelling.ts";

/** An alias that no longer names the key it is pinned to. */
export interface MovedAlias {
  readonly kind: "moved";
  readonly alias: string;
  readonly from: string;
  readonly to: string;
}

/** Whether the policy names the bucket's key; `moved`: by an alias that moved. */
export type Naming =
  | { readonly kind: "named" }
  | { readonly kind: "unnamed" }
  | MovedAlias
  | Extract<KeyAnswer, { kind: "unreadable" | "pending" }>;

/**
 * Whether any rule of the policy names the observed key: a bucket under an undeclared key never
 * counts as stronger. A relative spelling is resolved in the bucket's own account. Declared aliases
 * in another account or Region than the observed key are not looked up: they cannot name it.
 *
 * @param spelling - `KMSMasterKeyID` as observed
 * @param declared - every key of the policy, expanded for this bucket
 */
export function namedKey(
  spelling: string | undefined,
  declared: readonly string[],
  place: Place,
  lookup: KeyLookup,
): Naming {
  const absolute = absoluteKey(spelling, place);
  const at = parseKmsArn(absolute);
  if (at === null) return { kind: "unnamed" };
  const key = resolveKey(absolute, place, lookup);
  if (key.kind === "missing") return { kind: "unnamed" };
  if (key.kind === "arn" && declared.includes(key.arn)) return { kind: "named" };
  const namings = declared.filter((arn) => isAliasAt(arn, at)).map((alias) => namingBy(alias, key, lookup));
  const candidates = key.kind === "arn" ? namings : [key, ...namings];
  for (const kind of ["named", "pending", "unreadable", "moved"]) {
    const found = candidates.find((naming) => naming.kind === kind);
    if (found !== undefined) return found;
  }
  return { kind: "unnamed" };
}

// --- internal ---

function isAliasAt(arn: string, place: Place): boolean {
  const parts = parseKmsArn(arn);
  return parts?.kind === "alias" && isSamePlace(parts, place);
}

/**
 * How one alias names the observed key. A person accepted its pin, so the policy names the pinned
 * key too. The alias is looked up even while the observed key is pending, so that everything is
 * requested together.
 */
function namingBy(alias: string, key: KeyAnswer, lookup: KeyLookup): Naming {
  const now = lookup.key(alias);
  const pin = lookup.pin(alias);
  if (key.kind !== "arn") return { kind: "unnamed" };
  if (now.kind === "pending") return now;
  if (pin.kind === "pending" || pin.kind === "unreadable") return pin;
  const isNow = now.kind === "arn" && now.arn === key.arn;
  const accepted = pin.kind === "arn" ? pin.arn : null;
  if (accepted === null ? isNow : accepted === key.arn) return { kind: "named" };
  if (now.kind === "unreadable") return now;
  return isNow && accepted !== null ? { kind: "moved", alias, from: accepted, to: key.arn } : { kind: "unnamed" };
}
