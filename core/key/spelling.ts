import { type Place, parseKmsArn } from "./arn.ts";

/**
 * How a bucket's `KMSMasterKeyID` is spelled. Only the two ARN spellings name the same key for
 * every uploader.
 */
export type KeySpelling = "key-arn" | "alias-arn" | "key-id" | "alias-name" | "none" | "malformed";

/** Whether the text is a KMS key id: a UUID, or `mrk-` and 32 hex digits for a multi-Region key. */
export function isKeyId(text: string): boolean {
  return /^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|mrk-[0-9a-f]{32})$/i.test(text);
}

/**
 * Classifies a `KMSMasterKeyID` as S3 returns it. An empty element means the same as an absent one.
 */
export function classifyKey(text: string | undefined): KeySpelling {
  if (text === undefined || text === "") return "none";
  const arn = parseKmsArn(text);
  if (arn !== null) return arn.kind === "key" ? "key-arn" : "alias-arn";
  if (isKeyId(text)) return "key-id";
  return /^alias\/[A-Za-z0-9/_-]{1,250}$/.test(text) ? "alias-name" : "malformed";
}

/** Whether a `KMSMasterKeyID` depends on who uploads: a key id, an alias name, or none at all. */
export function isRelative(spelling: string | undefined): boolean {
  const kind = classifyKey(spelling);
  return kind === "key-id" || kind === "alias-name" || kind === "none";
}

/**
 * A `KMSMasterKeyID` as an ARN. A relative spelling is resolved in the bucket's own account and
 * Region; others are returned unchanged. No key means the AWS managed key of S3.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionByDefault.html
 */
export function absoluteKey(spelling: string | undefined, place: Place): string {
  const own = `arn:${place.partition}:kms:${place.region}:${place.account}:`;
  const kind = classifyKey(spelling);
  if (kind === "none") return `${own}alias/aws/s3`;
  if (kind === "key-id") return `${own}key/${spelling}`;
  return kind === "alias-name" ? `${own}${spelling}` : `${spelling}`;
}
