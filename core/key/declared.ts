import type { BucketRef } from "#core/names";
import type { Reason } from "#core/reason/reason";
import { parseKmsArn } from "./arn.ts";
import type { Look, Sight } from "./lookup.ts";

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

/**
 * Why a declared key is not found. KMS knows the keys of the Region in which it is asked only, so that one declared in another Region may
 * well exist, and still is of no use to the bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 *
 * @param declared - the key as the policy spells it for this bucket
 */
export function missingKey(declared: string, { region }: BucketRef): Reason {
  const parts = parseKmsArn(declared);
  return parts === null || parts.region === region
    ? { code: "key-missing", text: `the declared key ${declared} does not exist` }
    : { code: "key-other-region", text: `the declared key ${declared} is not in ${region}, where the bucket is` };
}
