const TAG_CALLS: ReadonlySet<string> = new Set([
  "PutBucketTagging",
  "DeleteBucketTagging",
  "TagResource",
  "UntagResource",
]);

/** Whether a call changes a bucket's tags, and nothing else. */
export function isTagCall({ eventName }: { readonly eventName: string }): boolean {
  return TAG_CALLS.has(eventName);
}

/**
 * The data events that may leave an object wrongly encrypted. Of a multipart upload it is the completion that makes the object; PostObject is an
 * upload by a browser's form.
 */
export const objectCalls: readonly string[] = [
  "PutObject",
  "PostObject",
  "CopyObject",
  "CompleteMultipartUpload",
  "UpdateObjectEncryption",
];

/** The calls after which a bucket is looked at. CloudTrail's names, which are not always the SDK's. */
export const watchedCalls: readonly string[] = [
  "CreateBucket",
  "PutBucketEncryption",
  "DeleteBucketEncryption",
  "PutBucketTagging",
  "DeleteBucketTagging",
  "TagResource",
  "UntagResource",
  "PutBucketNotification",
];
