/**
 * KMS keys: their ARNs and spellings, the names that a policy gives them, and the keys that these
 * resolve to.
 */

import type { BucketRef } from "#core/names";
import type { Reason } from "#core/reason/reason";
import { parseKmsArn } from "./arn.ts";
import type { KeyAnswer, KeyLookup } from "./lookup.ts";

/**
 * The key that a rule declares, for one bucket. `moved`: the alias names another key than it was
 * recorded to name.
 */
export type DeclaredKey =
  | { readonly kind: "arn"; readonly arn: string }
  | { readonly kind: "moved"; readonly arn: string; readonly from: string }
  | Exclude<KeyAnswer, { kind: "arn" }>;

/**
 * Resolves a declared key. A key ARN needs no lookup: it is compared as text, and whether such a
 * key exists is the guard's question. An alias is looked up together with its pin; a pin that is
 * not recorded yet is no objection.
 *
 * @param spelled - the key ARN or alias ARN that the policy names for this bucket
 */
export function declaredKey(spelled: string, lookup: KeyLookup): DeclaredKey {
  const parts = parseKmsArn(spelled);
  if (parts === null) return { kind: "missing" };
  if (parts.kind === "key") return { kind: "arn", arn: spelled };
  const key = lookup.key(spelled);
  const pin = lookup.pin(spelled);
  if (key.kind !== "arn") return key;
  if (pin.kind === "missing" || (pin.kind === "arn" && pin.arn === key.arn)) return key;
  return pin.kind === "arn" ? { kind: "moved", arn: key.arn, from: pin.arn } : pin;
}

/**
 * Why a declared key is not found. KMS only knows the keys of the Region in which it is asked: a
 * key declared in another Region may exist, and is still of no use to the bucket.
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
