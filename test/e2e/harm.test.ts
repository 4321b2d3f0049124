import { describe, expect, test } from "vitest";
import { dependents } from "../support/e2e/dependents.ts";
import { newBucket, putEncryption, story } from "../support/e2e/story.ts";

const e2e = story();

/** What a tool does that looks at nothing but the encryption: no rule matches these buckets. */
async function encryptBlindly(bucket: string): Promise<void> {
  await putEncryption(e2e.alice, bucket, { algorithm: "aws:kms", key: e2e.sandbox.keyArn, bucketKey: true });
}

describe("SSE-KMS breaks a bucket if", () => {
  test.concurrent.each(Object.entries(dependents))("%s", async (_, { setUp, works }) => {
    const bucket = await newBucket(e2e.alice, "outside");
    await setUp(e2e, bucket);
    expect(await works(e2e, bucket)).toBe(true);
    await encryptBlindly(bucket);
    expect(await works(e2e, bucket)).toBe(false);
  });
});
