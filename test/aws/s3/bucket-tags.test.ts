import { PutBucketTaggingCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { getBucketTags } from "#aws/s3/bucket-tags";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";
import { deny, missing, newBucket } from "./new-bucket.ts";

const aws = localAws();

test("a bucket without tags has none", async () => {
  expect(await getBucketTags(aws.root().s3, await newBucket(aws.root().s3))).toEqual({ known: true, value: {} });
});

test("a bucket's tags are read as they were put, with keys and values as they are", async () => {
  const ref = await newBucket(aws.root().s3);
  const TagSet = [
    { Key: "team", Value: "a b" },
    { Key: "__proto__", Value: "x" },
    { Key: "ü/ñ", Value: "" },
  ];
  await aws.root().s3.send(new PutBucketTaggingCommand({ Bucket: ref.bucket, Tagging: { TagSet } }));
  const tags = await getBucketTags(aws.root().s3, ref);
  expect(tags.known && Object.entries(tags.value)).toEqual([
    ["team", "a b"],
    ["__proto__", "x"],
    ["ü/ñ", ""],
  ]);
});

test("a bucket that is gone has no tags", async () => {
  expect(await getBucketTags(aws.root().s3, missing())).toEqual({ known: true, value: {} });
});

test("the tags of a bucket whose policy denies us are unknown", async () => {
  const ref = await newBucket(aws.root().s3);
  const user = await aws.user([{ Effect: "Allow", Action: "s3:*", Resource: "*" }]);
  await deny(aws.root().s3, ref, ["s3:GetBucketTagging"]);
  const error = { name: "AccessDenied", message: expect.stringContaining("explicit deny") };
  expect(await getBucketTags(user.s3, ref)).toEqual({ known: false, error });
});

test("the tags of another owner's bucket of the same name are unknown", async () => {
  const ref = { ...(await newBucket(aws.root().s3)), account: "444455556666" };
  expect(await getBucketTags(aws.root().s3, ref)).toMatchObject({ known: false, error: { name: "AccessDenied" } });
});

test.each(["throttle", "error500"] as const)(
  "a bucket's tags are read again later, after a %s that does not end",
  async (kind) => {
    const ref = await newBucket(aws.root().s3);
    await withFaults(aws.endpoint, [{ kind, bucket: ref.bucket }], async () => {
      await expect(getBucketTags(aws.root().s3, ref)).rejects.toThrow(RetryableError);
    });
  },
);
