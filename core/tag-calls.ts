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
