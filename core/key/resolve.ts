import { isSamePlace, type Place, parseKmsArn } from "./arn.ts";
import type { Look, Sight } from "./lookup.ts";

/**
 * The key that an absolute spelling names. A key ARN names itself; an alias ARN is looked up, but only where it lives in the bucket's own
 * account and Region: S3 and KMS resolve no other for us, so it is `missing`.
 */
export function resolveKey(arn: string, place: Place, look: Look): Sight {
  const parts = parseKmsArn(arn);
  if (parts?.kind === "key") return { kind: "arn", arn };
  return parts !== null && isSamePlace(parts, place) ? look.key(arn) : { kind: "missing" };
}
