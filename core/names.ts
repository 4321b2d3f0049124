/** The names of buckets and objects. */

/** A bucket by name: all that a work item holds. Every look reads everything else again. */
export interface BucketRef {
  /** `aws`, `aws-cn`, `aws-us-gov` … */
  readonly partition: string;
  /** Twelve digits, always a string: YAML would read `000000000000` as 0. */
  readonly account: string;
  readonly region: string;
  readonly bucket: string;
}

/**
 * The partition that a Region belongs to, by its prefix.
 * https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
 */
export function partitionOf(region: string): string {
  return PARTITIONS.find(([prefix]) => region.startsWith(prefix))?.[1] ?? "aws";
}

/** An object by name: all that a work item holds. */
export interface ObjectRef {
  readonly bucket: BucketRef;
  /** As S3 stores it: not URL-encoded, not normalized, up to 1,024 bytes of UTF-8. */
  readonly key: string;
  /**
   * Absent: the current version. The string `null`: the version of an unversioned or suspended
   * bucket.
   */
  readonly versionId?: string;
}

// --- internal ---

const PARTITIONS: readonly (readonly [prefix: string, partition: string])[] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-iso-", "aws-iso"],
  ["us-isob-", "aws-iso-b"],
  ["eu-isoe-", "aws-iso-e"],
  ["us-isof-", "aws-iso-f"],
  ["eusc-", "aws-eusc"],
];
