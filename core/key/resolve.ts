import { isSamePlace, type Place, parseKmsArn } from "./arn.ts";
import type { KeyAnswer, KeyLookup } from "./lookup.ts";

/**
 * The key that an absolute spelling names. A key ARN names itself. An alias ARN is looked up only
 * in the bucket's own account and Region: S3 and KMS resolve no other, so it is `missing`.
 */
export function resolveKey(arn: string, place: Place, lookup: KeyLookup): KeyAnswer {
  const parts = parseKmsArn(arn);
  if (parts?.kind === "key") return { kind: "arn", arn };
  return parts !== null && isSamePlace(parts, place) ? lookup.key(arn) : { kind: "missing" };
}
