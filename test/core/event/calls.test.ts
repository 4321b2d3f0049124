import { expect, test } from "vitest";
import { objectCalls, watchedCalls } from "#core/event/calls";

test("the calls after which a bucket is looked at are these nine", () => {
  expect([...watchedCalls]).toEqual([
    "CreateBucket",
    "DeleteBucket",
    "PutBucketEncryption",
    "DeleteBucketEncryption",
    "PutBucketTagging",
    "DeleteBucketTagging",
    "TagResource",
    "UntagResource",
    "PutBucketNotification",
  ]);
});

test("the calls after which an object is looked at are these five", () => {
  expect([...objectCalls]).toEqual([
    "PutObject",
    "PostObject",
    "CopyObject",
    "CompleteMultipartUpload",
    "UpdateObjectEncryption",
  ]);
});
