/**
 * The calls after which a bucket is looked at, by CloudTrail's names, which are not always the
 * SDK's. The stack's rule names the same ones.
 */
export const watchedCalls: readonly string[] = [
  "CreateBucket",
  "PutBucketEncryption",
  "DeleteBucketEncryption",
  "PutBucketTagging",
  "DeleteBucketTagging",
  "TagResource",
  "UntagResource",
  // Whether a bucket sends events about its objects.
  "PutBucketNotification",
];

/**
 * The data events that may leave an object wrongly encrypted, by CloudTrail's names. Of a multipart
 * upload it is the completion that makes the object; PostObject is an upload by a browser's form.
 */
export const objectCalls: readonly string[] = [
  "PutObject",
  "PostObject",
  "CopyObject",
  "CompleteMultipartUpload",
  "UpdateObjectEncryption",
];

/** Whether a call changes a bucket's tags, and nothing else. */
export function isTagCall({ eventName }: { readonly eventName: string }): boolean {
  return TAG_CALLS.has(eventName);
}

// --- internal ---

const TAG_CALLS: ReadonlySet<string> = new Set([
  "PutBucketTagging",
  "DeleteBucketTagging",
  "TagResource",
  "UntagResource",
]);
