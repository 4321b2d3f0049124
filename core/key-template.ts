import type { BucketRef } from "./names.ts";

/** A KMS ARN taken apart. `id` is the key id, or the alias name without its leading `alias/`. */
export interface KmsArn {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
  readonly kind: "key" | "alias";
  readonly id: string;
}

/** How a bucket's `KMSMasterKeyID` is spelled. Only the two ARN spellings name one key, whoever uploads. */
export type KeySpelling = "key-arn" | "alias-arn" | "key-id" | "alias-name" | "none" | "malformed";

/** The name that declares S3's AWS managed key on purpose. */
export const awsManaged = "aws-managed";

/** Fills `{partition}`, `{account}` and `{region}` with the bucket's own. */
export function expandKey(template: string, ref: Pick<BucketRef, "partition" | "account" | "region">): string {
  return template
    .replaceAll("{partition}", ref.partition)
    .replaceAll("{account}", ref.account)
    .replaceAll("{region}", ref.region);
}

/**
 * The key ARN or alias ARN that a policy's key name stands for, in the bucket's account and Region.
 * @throws Error where the policy has no such key, which the policy schema rules out.
 */
export function keyArnOf(
  policy: { readonly keys: Readonly<Record<string, string>> },
  name: string,
  ref: Pick<BucketRef, "partition" | "account" | "region">,
): string {
  if (name === awsManaged) return expandKey("arn:{partition}:kms:{region}:{account}:alias/aws/s3", ref);
  const template = Object.hasOwn(policy.keys, name) ? policy.keys[name] : undefined;
  if (template === undefined) throw new Error(`The policy names no key ${JSON.stringify(name)}`);
  return expandKey(template, ref);
}

/**
 * Takes a key ARN or alias ARN apart; `null` for anything else.
 * https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-ARN
 */
export function parseKmsArn(text: string): KmsArn | null {
  const found =
    /^arn:(aws[a-z-]*):kms:([a-z0-9-]+):([0-9]{12}):(?:key\/([A-Za-z0-9-]+)|alias\/([A-Za-z0-9/_-]+))$/.exec(text);
  if (found === null) return null;
  const [, partition = "", region = "", account = "", key, alias = ""] = found;
  return { partition, region, account, kind: key === undefined ? "alias" : "key", id: key ?? alias };
}

/** Whether the text is a KMS key id: a UUID, or `mrk-` and 32 hexadecimal digits for a multi-Region key. */
export function isKeyId(text: string): boolean {
  return /^(?:[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|mrk-[0-9a-f]{32})$/i.test(text);
}

/** Classifies a `KMSMasterKeyID` as S3 returns it. An empty element says as much as an absent one. */
export function classifyKey(text: string | undefined): KeySpelling {
  if (text === undefined || text === "") return "none";
  const arn = parseKmsArn(text);
  if (arn !== null) return arn.kind === "key" ? "key-arn" : "alias-arn";
  if (isKeyId(text)) return "key-id";
  return /^alias\/[A-Za-z0-9/_-]+$/.test(text) ? "alias-name" : "malformed";
}
