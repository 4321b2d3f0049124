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

/** Whether a call sets a bucket's encryption. */
export function isEncryptionCall({ eventName }: { readonly eventName: string }): boolean {
  return ENCRYPTION_CALLS.has(eventName);
}

/** Whether a call changes only a bucket's tags. */
export function isTagCall({ eventName }: { readonly eventName: string }): boolean {
  return TAG_CALLS.has(eventName);
}

// --- internal ---

const ENCRYPTION_CALLS: ReadonlySet<string> = new Set(["PutBucketEncryption", "DeleteBucketEncryption"]);

const TAG_CALLS: ReadonlySet<string> = new Set([
  "PutBucketTagging",
  "DeleteBucketTagging",
  "TagResource",
  "UntagResource",
]);
