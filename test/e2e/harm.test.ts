import { describe, expect, test } from "vitest";
import { dependents } from "../support/e2e/dependents.ts";
import {
  type Configuration,
  encryptionOf,
  newBucket,
  outcomeOf,
  putEncryption,
  type Story,
  sealedBucket,
  soon,
  story,
} from "../support/e2e/story.ts";

const e2e = story();

/** What the reasons begin with, of each hazard that holds a bucket. */
const HELD: Readonly<Record<string, RegExp>> = { replication: /^replication: / };

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

describe("Bucketseal holds that change, and makes it once nothing depends on the bucket any more:", () => {
  const heldNow = Object.entries(dependents).filter(([, { hazard }]) => hazard in HELD);
  test.concurrent.each(heldNow)("%s", async (_, { hazard, from = open, setUp, works, remove }) => {
    const bucket = await sealedBucket(e2e, "hazard");
    await setUp(e2e, bucket);
    await putEncryption(e2e.alice, bucket, from(e2e));
    const held = await outcomeOf(e2e, bucket, "held");
    expect(held.reasons).toContainEqual(expect.stringMatching(HELD[hazard] ?? /^$/));
    expect(await works(e2e, bucket)).toBe(true);
    await remove?.(e2e, bucket);
    await soon(
      () => encryptionOf(e2e.alice, bucket),
      (rule) => rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID === e2e.sandbox.keyArn,
    );
  });
});

// --- internal ---

function sealed({ sandbox }: Story): Configuration {
  return { algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: true };
}

function open(): Configuration {
  return { algorithm: "AES256" };
}
