import type { BucketRef } from "#core/names";

/** A parsed KMS ARN. `id` is the key id, or the alias name without its leading `alias/`. */
export interface KmsArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly kind: "key" | "alias";
  readonly id: string;
}

/**
 * Parses a key ARN or alias ARN; `null` for anything else. An alias has at most 256 characters with
 * its `alias/`: a longer one names no key, and DescribeKey would not say so but refuse the
 * question.
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-ARN
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
 */
export function parseKmsArn(text: string): KmsArn | null {
  const found =
    /^arn:(aws[a-z-]*):kms:([a-z0-9-]+):([0-9]{12}):(?:key\/([A-Za-z0-9-]{1,64})|alias\/([A-Za-z0-9/_-]{1,250}))$/.exec(
      text,
    );
  if (found === null) return null;
  const [, partition = "", region = "", account = "", key, alias = ""] = found;
  return { partition, region, account, kind: key === undefined ? "alias" : "key", id: key ?? alias };
}

/** The account of a key; what is no ARN is a name of the bucket's own account. */
export function keyOwner({ account }: Pick<BucketRef, "account">, key: string): string {
  return parseKmsArn(key)?.account ?? account;
}

/** Where a key or an alias lives. */
export type Place = Pick<BucketRef, "partition" | "account" | "region">;

/** Same partition and Region: what KMS can be asked about from here, whoever owns it. */
export function isSameRegion(a: Place, b: Place): boolean {
  return a.partition === b.partition && a.region === b.region;
}

/** Same partition, account and Region: an alias never names a key elsewhere. */
export function isSamePlace(a: Place, b: Place): boolean {
  return isSameRegion(a, b) && a.account === b.account;
}
