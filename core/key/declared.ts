/** KMS keys: ARNs and spellings, the names a policy gives them, and the keys these resolve to. */

import type { BucketRef } from "#core/names";
import type { Reason } from "#core/reason/reason";
import { parseKmsArn } from "./arn.ts";
import type { KeyAnswer, KeyLookup } from "./lookup.ts";

/**
 * The key that a rule declares, for one bucket. `moved`: the alias no longer names the key it is
 * pinned to.
 */
export type DeclaredKey =
  | { readonly kind: "arn"; readonly arn: string }
  | { readonly kind: "moved"; readonly arn: string; readonly from: string }
  | Exclude<KeyAnswer, { kind: "arn" }>;

/**
 * Resolves a declared key. A key ARN needs no lookup: it is compared as text, and the guard checks
 * whether the key exists. An alias is looked up together with its pin; it may have none yet.
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
 * Why a declared key is not found. KMS knows only the keys of the Region it is asked in: a key
 * declared in another Region may exist, but the bucket cannot use it.
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
