import type { Algorithm } from "./types.ts";

/**
 * How strong an algorithm is among those Bucketseal touches: `AES256 < aws:kms < aws:kms:dsse`.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
 */
export function strengthOf(algorithm: Algorithm): number {
  return ORDER.indexOf(algorithm);
}

/** One of the algorithms a policy can declare, as opposed to `aws:fsx`, `aws:backup` and whatever comes. */
export function isAlgorithm(name: string): name is Algorithm {
  return ORDER.some((algorithm) => algorithm === name);
}

/** Whether the algorithm encrypts under a KMS key. */
export function usesKey(algorithm: Algorithm): boolean {
  return algorithm !== "AES256";
}

// --- internal ---

const ORDER: readonly Algorithm[] = ["AES256", "aws:kms", "aws:kms:dsse"];
