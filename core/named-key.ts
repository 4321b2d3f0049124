import { parseKmsArn } from "./key-template.ts";
import { absoluteKey, isSamePlace, type Place, resolveKey } from "./keys.ts";
import type { Look, Sight } from "./look.ts";

/** An alias that names another key than it was recorded to name. */
export interface Moved {
  readonly kind: "moved";
  readonly alias: string;
  readonly from: string;
  readonly to: string;
}

/** Whether the policy names the key that a bucket uses; `moved`: by an alias that moved. */
export type Naming =
  | { readonly kind: "named" }
  | { readonly kind: "unnamed" }
  | Moved
  | Extract<Sight, { kind: "unreadable" | "pending" }>;

/**
 * Whether the policy names the observed key anywhere, whichever rule it is for: a state under a key that nobody declared is never
 * stronger. A relative spelling counts as what the bucket's own account understands by it. Aliases that live elsewhere than the observed key
 * are not looked up, since they cannot name it.
 *
 * @param spelling - `KMSMasterKeyID` as observed
 * @param declared - every key of the policy, expanded for this bucket
 */
export function namedKey(spelling: string | undefined, declared: readonly string[], place: Place, look: Look): Naming {
  const absolute = absoluteKey(spelling, place);
  const at = parseKmsArn(absolute);
  if (at === null) return { kind: "unnamed" };
  if (declared.includes(absolute) && at.kind === "key") return { kind: "named" };
  const key = resolveKey(absolute, declared.includes(absolute) ? at : place, look);
  if (key.kind === "missing") return { kind: "unnamed" };
  if (key.kind === "arn" && declared.includes(key.arn)) return { kind: "named" };
  const aliases = declared.filter((arn) => isAliasAt(arn, at));
  const namings = aliases.map((alias) => namingBy(alias, key, look));
  return (
    namings.find((naming) => naming.kind === "named") ??
    namings.find((naming) => naming.kind === "pending") ??
    (key.kind === "unreadable" ? key : undefined) ??
    namings.find((naming) => naming.kind === "unreadable") ??
    namings.find((naming) => naming.kind === "moved") ??
    (key.kind === "pending" ? key : { kind: "unnamed" })
  );
}

// --- internal ---

function isAliasAt(arn: string, place: Place): boolean {
  const parts = parseKmsArn(arn);
  return parts?.kind === "alias" && isSamePlace(parts, place);
}

/** A recorded pin says what a person accepted, so it is that key which the policy names. */
function namingBy(alias: string, key: Sight, look: Look): Naming {
  const now = look.key(alias);
  const pin = look.pin(alias);
  if (now.kind === "pending" || pin.kind === "pending" || key.kind === "pending") return { kind: "pending" };
  if (pin.kind === "unreadable") return pin;
  const accepted = pin.kind === "arn" ? pin : now;
  if (key.kind !== "arn") return { kind: "unnamed" };
  if (accepted.kind === "arn" && accepted.arn === key.arn) return { kind: "named" };
  if (now.kind === "unreadable") return now;
  if (now.kind !== "arn" || now.arn !== key.arn || accepted.kind !== "arn") return { kind: "unnamed" };
  return { kind: "moved", alias, from: accepted.arn, to: now.arn };
}
