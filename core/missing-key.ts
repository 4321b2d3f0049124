import type { Reason } from "#core/reason/reason";
import { parseKmsArn } from "./key-template.ts";
import type { BucketRef } from "./names.ts";

/**
 * Why a declared key is not found. KMS knows the keys of the Region in which it is asked only, so that one declared in another Region may
 * well exist, and still is of no use to the bucket.
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
