/** Encryption: algorithms, and the configuration of a bucket or an object. */

/**
 * The algorithms that a policy can declare, from weak to strong. S3 knows more (`aws:fsx`,
 * `aws:backup`), which Bucketseal never touches.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html
 */
export const algorithms = ["AES256", "aws:kms", "aws:kms:dsse"] as const;

export type Algorithm = (typeof algorithms)[number];

/**
 * The three states of `BlockedEncryptionTypes`: blocked, allowed, and not stated (buckets from
 * before April 2026).
 */
export type SseCState = "SSE-C" | "NONE" | "not-stated";

/**
 * A bucket's default encryption as GetBucketEncryption returned it, uninterpreted except for
 * `bucketKey` (absent = false).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ServerSideEncryptionRule.html
 */
export interface BucketEncryption {
  /** As returned; absent if the rule has no default. */
  readonly algorithm?: string;
  /** `KMSMasterKeyID` literally as stored: key ARN, alias ARN, key id, alias name, or absent. */
  readonly key?: string;
  readonly bucketKey: boolean;
  readonly sseC: SseCState;
}

/**
 * A complete configuration to write: PutBucketEncryption replaces all of it, so nothing may be
 * omitted.
 */
export interface WantedEncryption {
  readonly algorithm: Algorithm;
  /** Full key ARN; absent with AES256 only. */
  readonly key?: string;
  readonly bucketKey: boolean;
  readonly sseC: "SSE-C" | "NONE";
}

/**
 * Whether two configurations are equal, character by character; `null` (no configuration) equals
 * only itself.
 */
export function sameEncryption(
  a: BucketEncryption | WantedEncryption | null,
  b: BucketEncryption | WantedEncryption | null,
): boolean {
  return a?.algorithm === b?.algorithm && a?.key === b?.key && a?.bucketKey === b?.bucketKey && a?.sseC === b?.sseC;
}

/** The strength of an algorithm: its index in `algorithms`. */
export function strengthOf(algorithm: Algorithm): number {
  return algorithms.indexOf(algorithm);
}

/**
 * Whether a policy can declare the algorithm. It cannot declare `aws:fsx`, `aws:backup` and later
 * ones.
 */
export function isAlgorithm(name: string): name is Algorithm {
  return algorithms.some((algorithm) => algorithm === name);
}

/**
 * Whether an AWS service manages the configuration (`aws:fsx`, `aws:backup` and whatever comes):
 * Bucketseal can read it and touches it never.
 */
export function isServiceManaged({ algorithm }: BucketEncryption): boolean {
  return algorithm !== undefined && !isAlgorithm(algorithm);
}

/** Whether the algorithm encrypts under a KMS key. */
export function usesKey(algorithm: Algorithm): boolean {
  return algorithm !== "AES256";
}

/**
 * How an object is encrypted, from HeadObject. `none`: written before 2023; `SSE-C`: HeadObject was
 * refused for lack of the key.
 */
export interface ObjectEncryption {
  readonly algorithm: Algorithm | "none" | "SSE-C";
  /** Full key ARN: S3 returns it however the key was spelled. */
  readonly key?: string;
  readonly bucketKey: boolean;
}

/** The encryption that an object is to get. */
export interface WantedObjectEncryption {
  readonly algorithm: Algorithm;
  /** Full key ARN; absent with AES256. */
  readonly key?: string;
  readonly bucketKey: boolean;
}
