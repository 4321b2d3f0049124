import { parseKmsArn } from "./key-template.ts";
import type { Look, Sight } from "./look.ts";

/** The key that a rule declares, for one bucket. `moved`: the alias names another key than it was recorded to name. */
export type DeclaredKey =
  | { readonly kind: "arn"; readonly arn: string }
  | { readonly kind: "moved"; readonly arn: string; readonly from: string }
  | Exclude<Sight, { kind: "arn" }>;

/**
 * Resolves a declared key. A key ARN needs no look: it is compared as text, and whether such a key exists is the guard's question. An alias is
 * looked up together with its pin; a pin that is not recorded yet says nothing against it.
 *
 * @param spelled - the key ARN or alias ARN that the policy names for this bucket
 */
export function declaredKey(spelled: string, look: Look): DeclaredKey {
  const parts = parseKmsArn(spelled);
  if (parts === null) return { kind: "missing" };
  if (parts.kind === "key") return { kind: "arn", arn: spelled };
  const key = look.key(spelled);
  const pin = look.pin(spelled);
  if (key.kind !== "arn") return key;
  if (pin.kind === "missing" || (pin.kind === "arn" && pin.arn === key.arn)) return key;
  return pin.kind === "arn" ? { kind: "moved", arn: key.arn, from: pin.arn } : pin;
}
