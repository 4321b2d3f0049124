import { isSameRegion, type Place, parseKmsArn } from "./arn.ts";
import type { KeyAnswer, KeyLookup } from "./lookup.ts";

/**
 * The key that an absolute spelling names. A key ARN names itself. An alias ARN is looked up,
 * whichever account it belongs to: KMS resolves aliases across accounts, but not across Regions, so
 * an alias of another Region is `missing` without a look.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
 */
export function resolveKey(arn: string, place: Place, lookup: KeyLookup): KeyAnswer {
  const parts = parseKmsArn(arn);
  if (parts?.kind === "key") return { kind: "arn", arn };
  return parts !== null && isSameRegion(parts, place) ? lookup.key(arn) : { kind: "missing" };
}
