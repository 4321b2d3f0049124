/** What S3 says about a bucket beside its encryption, as far as hazards depend on it. */

/** Which ways of making a bucket public are closed; nothing is where S3 has no configuration. */
export interface PublicAccessBlock {
  /** ACLs that let everybody in have no effect. */
  readonly ignorePublicAcls: boolean;
  /** A policy that lets everybody in has no effect beyond the bucket's account and AWS services. */
  readonly restrictPublicBuckets: boolean;
}

/** One grant of a bucket's ACL. */
export interface BucketGrant {
  /** A group's URI, or the canonical id of an account. */
  readonly grantee: string;
  readonly permission: string;
}

/** A replication configuration: what is copied where, and by which role. */
export interface ReplicationConfiguration {
  readonly role: string;
  readonly rules: readonly ReplicationRule[];
}

export interface ReplicationRule {
  readonly id: string;
  readonly isEnabled: boolean;
  /** The name of the bucket that it replicates to. */
  readonly destination: string;
  /** Whether objects under KMS keys are replicated, too. */
  readonly takesKms: boolean;
  /** The key that replicas of such objects are encrypted under; `null`: none is named. */
  readonly replicaKey: string | null;
}
