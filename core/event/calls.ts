/**
 * The calls that change what hazards depend on, and no encryption: a bucket that is held may be
 * written after one, and nobody is to blame for it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
 */
const hazardCalls = [
  "PutBucketPolicy",
  "DeleteBucketPolicy",
  "PutBucketAcl",
  "PutBucketOwnershipControls",
  "DeleteBucketOwnershipControls",
  "PutBucketPublicAccessBlock",
  "DeleteBucketPublicAccessBlock",
  "PutBucketWebsite",
  "DeleteBucketWebsite",
  "PutBucketReplication",
  "DeleteBucketReplication",
  "PutBucketLogging",
] as const;

/**
 * The calls that trigger a look at a bucket, by CloudTrail's names, which sometimes differ from the
 * SDK's. The stack's rule uses the same list.
 */
export const watchedCalls: readonly string[] = [
  "CreateBucket",
  // Ends what is remembered under a bucket's name.
  "DeleteBucket",
  "PutBucketEncryption",
  "DeleteBucketEncryption",
  "PutBucketTagging",
  "DeleteBucketTagging",
  "TagResource",
  "UntagResource",
  // Switches a bucket's object events on or off.
  "PutBucketNotification",
  ...hazardCalls,
];

/**
 * The data events that may leave an object wrongly encrypted, by CloudTrail's names. A multipart
 * upload creates its object on completion; PostObject is a browser form upload.
 */
export const objectCalls: readonly string[] = [
  "PutObject",
  "PostObject",
  "CopyObject",
  "CompleteMultipartUpload",
  "UpdateObjectEncryption",
];

/**
 * The calls that make a KMS key usable or unusable, or that change what an alias names, by
 * CloudTrail's names.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 */
export const keyCalls: readonly string[] = [
  "DisableKey",
  "EnableKey",
  "ScheduleKeyDeletion",
  "CancelKeyDeletion",
  "PutKeyPolicy",
  "CreateAlias",
  "UpdateAlias",
  "DeleteAlias",
  "ImportKeyMaterial",
  "DeleteImportedKeyMaterial",
];

/**
 * The calls that change who else may use a key. AWS services make them by the thousand for their
 * own resources, at every start of an instance say; only those that people make are delivered.
 * https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
 */
export const grantCalls: readonly string[] = ["CreateGrant", "RevokeGrant", "RetireGrant"];

/** Failed calls change nothing. */
const succeeded = { errorCode: [{ exists: false }] };

const keyNames = [
  { eventName: [...keyCalls] },
  { eventName: [...grantCalls], userIdentity: { invokedBy: [{ exists: false }] } },
];

/**
 * S3 management events that CloudTrail delivers, as the `detail` of an event pattern.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export const bucketDetail = { eventSource: ["s3.amazonaws.com"], eventName: [...watchedCalls], ...succeeded };

/**
 * Calls that make a key usable or unusable. Grants that AWS services make for their own resources
 * are left out.
 * https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html
 */
export const keyDetail = { eventSource: ["kms.amazonaws.com"], ...succeeded, $or: keyNames };

/** The `detail-type` of what a service did by itself, and CloudTrail recorded. */
export const SERVICE_EVENT = "AWS Service Event via CloudTrail";

/**
 * Ends of jobs of S3 Batch Operations.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/batch-ops-examples-event-bridge-cloud-trail.html
 */
export const jobDetail = {
  eventSource: ["s3.amazonaws.com"],
  eventName: ["JobStatusChanged"],
  serviceEventDetails: { status: ["Complete", "Failed", "Cancelled"] },
};

/** Calls about buckets and keys in one, for a rule that forwards them. */
export const forwardedDetail = {
  ...succeeded,
  $or: [
    { eventSource: bucketDetail.eventSource, eventName: bucketDetail.eventName },
    ...keyNames.map((names) => ({ eventSource: keyDetail.eventSource, ...names })),
  ],
};

/**
 * Data events of writes that can encrypt an object differently from its bucket's default. Those
 * under the bucket's SSE-KMS default are left out: the bucket's own reconciliation covers its
 * default. (`anything-but` does not match a missing field.)
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption-tracking.html
 */
export const objectDetail = {
  eventSource: ["s3.amazonaws.com"],
  eventName: [...objectCalls],
  ...succeeded,
  $or: [
    { additionalEventData: { SSEApplied: [{ "anything-but": ["Default_SSE_KMS", "Default_DSSE_KMS"] }] } },
    { additionalEventData: { SSEApplied: [{ exists: false }] } },
  ],
};

/** Whether a call sets a bucket's encryption. */
export function isEncryptionCall({ eventName }: { readonly eventName: string }): boolean {
  return ENCRYPTION_CALLS.has(eventName);
}

/** Whether a call changes only a bucket's tags. */
export function isTagCall({ eventName }: { readonly eventName: string }): boolean {
  return TAG_CALLS.has(eventName);
}

/** Whether a call changes only what hazards depend on. */
export function isHazardCall({ eventName }: { readonly eventName: string }): boolean {
  return HAZARD_CALLS.has(eventName);
}

// --- internal ---

const HAZARD_CALLS: ReadonlySet<string> = new Set(hazardCalls);

const ENCRYPTION_CALLS: ReadonlySet<string> = new Set(["PutBucketEncryption", "DeleteBucketEncryption"]);

const TAG_CALLS: ReadonlySet<string> = new Set([
  "PutBucketTagging",
  "DeleteBucketTagging",
  "TagResource",
  "UntagResource",
]);
