/**
 * Which objects a job is for, by their encryption: exactly one of these, and no negation.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ObjectEncryptionFilter.html
 */
export interface EncryptionFilter {
  readonly kind: "SSES3" | "SSEKMS" | "DSSEKMS" | "SSEC" | "NOTSSE";
  /** Full key ARN; with `SSEKMS` only. */
  readonly key?: string;
  readonly bucketKey?: boolean;
}

/** Which current objects a job is for; replicas are never among them. */
export interface JobFilter {
  readonly encryption: EncryptionFilter;
  readonly prefix?: string;
  /** ISO 8601: later than this. */
  readonly createdAfter?: string;
  readonly createdBefore?: string;
  /** Smaller than this many bytes. */
  readonly belowBytes?: number;
}
