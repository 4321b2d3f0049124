import type { BucketEncryption, WantedEncryption } from "./types.ts";

/** Whether two configurations say the same, letter by letter; that there is none (`null`) equals nothing but itself. */
export function sameEncryption(
  a: BucketEncryption | WantedEncryption | null,
  b: BucketEncryption | WantedEncryption | null,
): boolean {
  return a?.algorithm === b?.algorithm && a?.key === b?.key && a?.bucketKey === b?.bucketKey && a?.sseC === b?.sseC;
}
