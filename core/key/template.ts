import type { BucketRef } from "#core/names";

/** The name that explicitly declares S3's AWS managed key. */
export const awsManaged = "aws-managed";

/** Fills `{partition}`, `{account}` and `{region}` with the bucket's own. */
export function expandKey(template: string, ref: Pick<BucketRef, "partition" | "account" | "region">): string {
  return template
    .replaceAll("{partition}", ref.partition)
    .replaceAll("{account}", ref.account)
    .replaceAll("{region}", ref.region);
}

/**
 * The key ARN or alias ARN behind a policy's key name, in the bucket's account and Region.
 * @throws Error if the policy has no such key, which the policy schema rules out.
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
