import { classifyKey, parseKmsArn } from "./key-template.ts";
import type { Look, Sight } from "./look.ts";
import type { BucketRef } from "./names.ts";

/** Where a key or an alias lives. */
export type Place = Pick<BucketRef, "partition" | "account" | "region">;

/** Whether a `KMSMasterKeyID` means another key for whoever uploads: a key id, an alias name, or none at all. */
export function isRelative(spelling: string | undefined): boolean {
  const kind = classifyKey(spelling);
  return kind === "key-id" || kind === "alias-name" || kind === "none";
}

/**
 * A `KMSMasterKeyID` as an ARN: a relative spelling as the bucket's own account and Region understand it, every other as it is.
 * S3 takes no key to mean the AWS managed key of S3.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html
 */
export function absoluteKey(spelling: string | undefined, place: Place): string {
  const own = `arn:${place.partition}:kms:${place.region}:${place.account}:`;
  const kind = classifyKey(spelling);
  if (kind === "none") return `${own}alias/aws/s3`;
  if (kind === "key-id") return `${own}key/${spelling}`;
  return kind === "alias-name" ? `${own}${spelling}` : `${spelling}`;
}

/**
 * The key that an absolute spelling names. A key ARN names itself; an alias ARN is looked up, but only where it lives in the bucket's own
 * account and Region: S3 and KMS resolve no other for us, so it is `missing`.
 */
export function resolveKey(arn: string, place: Place, look: Look): Sight {
  const parts = parseKmsArn(arn);
  if (parts?.kind === "key") return { kind: "arn", arn };
  return parts !== null && isSamePlace(parts, place) ? look.key(arn) : { kind: "missing" };
}

/** Same partition, account and Region: an alias never names a key elsewhere. */
export function isSamePlace(a: Place, b: Place): boolean {
  return a.partition === b.partition && a.account === b.account && a.region === b.region;
}
