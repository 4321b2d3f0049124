/**
 * Why a bucket or an object was judged as it was: every reason there is, what it means, how much it
 * matters, what to do next.
 */

/** One reason, for people. Only `action` and `after` of a plan steer. */
export interface Reason {
  /** Stable, for machines and tests, such as `algorithm-differs`. */
  readonly code: ReasonCode;
  /** One sentence without a full stop, such as `algorithm: AES256, declared aws:kms`. */
  readonly text: string;
}

export type ReasonCode =
  | "no-rule"
  | "mode-off"
  | "exempt"
  | "bucket-gone"
  | "directory-bucket"
  | "service-managed"
  | "unreadable"
  | "algorithm-differs"
  | "key-differs"
  | "key-relative"
  | "bucket-key-differs"
  | "sse-c-differs"
  | "stronger"
  | "stronger-accepted"
  | "sse-c-not-stated"
  | "alias-moved"
  | "key-missing"
  | "key-disabled"
  | "key-unusable"
  | "key-other-region"
  | "key-unknown"
  | "observe-mode"
  | "paused"
  | "pause-unknown"
  | "policy-stale"
  | "write-refused"
  | "managed-elsewhere"
  | "rule-changed-by-tags"
  | "earlier-write-unconfirmed"
  | "compliant-again"
  | "objects-off"
  | "key-excepted"
  | "other-source"
  | "object-gone"
  | "object-sse-c"
  | "object-too-large"
  | "object-locked"
  | "object-replica"
  | "replication-pending"
  | "object-archived"
  | "object-not-current"
  | "copy-not-allowed"
  | "copy-too-large"
  | "weaker-by-tags"
  | "source-key-unusable"
  | "update-unavailable"
  | "integrity-alarm"
  | "copied-too-often"
  | "old-version-remains"
  | "objects-observed"
  | "object-overwritten"
  | "source-key-unknown"
  | "null-version-beneath"
  | "upload-under-way"
  | "objects-to-backfill"
  | "requester-pays";
