import type { Algorithm } from "#core/encryption";
import { type Compared, findingsAbout } from "./finding.ts";

/**
 * Compares the bucket key, which has no strength: on and off differ, and that is all. DSSE knows no
 * bucket key, so it is written as off there and never found to differ. Where the algorithm changes
 * as well, that alone is the difference.
 *
 * Undeclared, it is carried over, but for one case: a change to AES256 from a KMS algorithm
 * switches it off, where it would have no meaning. A bucket key that was on under AES256 all along,
 * which S3 keeps, stays as it is.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
 */
export function compareBucketKey(
  declared: boolean | undefined,
  observed: boolean,
  from: Algorithm,
  to: Algorithm,
): Compared<boolean> {
  if (to === "aws:kms:dsse") return { want: false, findings: [] };
  if (declared === undefined) return { want: observed && !(to === "AES256" && from !== "AES256"), findings: [] };
  if (declared === observed || from !== to) return { want: declared, findings: [] };
  return { want: declared, findings: [finding("differs", "bucket-key-differs", said(observed, declared))] };
}

// --- internal ---

const finding = findingsAbout("bucket key");

function said(observed: boolean, declared: boolean): string {
  return `bucket key: ${observed ? "on" : "off"}, declared ${declared ? "on" : "off"}`;
}
