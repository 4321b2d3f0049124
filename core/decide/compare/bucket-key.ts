import type { Algorithm } from "#core/encryption";
import { type Compared, findingsAbout } from "./finding.ts";

/**
 * Compares the bucket key, which has no strength: it only differs or not. DSSE has no bucket key,
 * so it is written as off there and never reported as a difference. If the algorithm changes too,
 * only that is reported.
 *
 * If undeclared, it is carried over, with one exception: a change from a KMS algorithm to AES256
 * switches it off, as it has no meaning there. A bucket key that was already on under AES256, which
 * S3 keeps, stays on.
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
