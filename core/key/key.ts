/**
 * The fields of DescribeKey's response that decisions depend on.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html
 */
export interface KeyFacts {
  readonly arn: string;
  /** `Enabled`, `Disabled`, `PendingDeletion`, `PendingImport`, `Creating`, `Unavailable` … */
  readonly state: string;
  /** `SYMMETRIC_DEFAULT` is the only spec that S3 can use. */
  readonly spec: string;
  /** `ENCRYPT_DECRYPT` is the only usage that S3 can use. */
  readonly usage: string;
  /** `AWS` or `CUSTOMER`. */
  readonly manager: string;
  /** ISO 8601: when a key that is pending deletion is gone for good; absent: it is not. */
  readonly deletion?: string;
}
