import { describe, expect, test } from "vitest";
import { dependents } from "../support/e2e/dependents.ts";
import { type Configuration, newBucket, putEncryption, type Story, story } from "../support/e2e/story.ts";

const e2e = story();

// No rule matches these buckets: this is what a tool does that looks at the encryption only.
describe("a change of its default encryption breaks a bucket if", () => {
  test.concurrent.each(Object.entries(dependents))("%s", async (_, { from, to = sealed, setUp, works }) => {
    const bucket = await newBucket(e2e.alice, "outside");
    if (from !== undefined) await putEncryption(e2e.alice, bucket, from(e2e));
    await setUp(e2e, bucket);
    expect(await works(e2e, bucket)).toBe(true);
    await putEncryption(e2e.alice, bucket, to(e2e));
    expect(await works(e2e, bucket)).toBe(false);
  });
});

// --- internal ---

function sealed({ sandbox }: Story): Configuration {
  return { algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: true };
}
