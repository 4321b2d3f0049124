import { expect, test } from "vitest";
import { objectCalls, watchedCalls } from "#core/event/calls";

test("the calls after which a bucket is looked at are these", () => {
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
