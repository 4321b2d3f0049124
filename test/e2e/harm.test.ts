import { describe, expect, test } from "vitest";
import { type Dependent, dependents } from "../support/e2e/dependents.ts";
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
/** Seconds: many buckets are made at once. */
const PATIENCE = 60;

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
  const held = Object.entries(dependents).filter(([name]) => HELD.includes(name));
  test.concurrent.each(held)("%s", async (_, { hazard, from = open, setUp, works, remove }) => {
    const bucket = await sealedBucket(e2e, "hazard");
    await setUp(e2e, bucket);
    await putEncryption(e2e.alice, bucket, from(e2e));
    const { reasons } = await outcomeOf(e2e, bucket, "held", PATIENCE);
    expect(reasons).toContainEqual(expect.stringMatching(REASONS[hazard]));
    expect(await works(e2e, bucket)).toBe(true);
    if (remove === undefined) return;
    await remove(e2e, bucket);
    await soon(
      () => encryptionOf(e2e.alice, bucket),
      (rule) => rule.ApplyServerSideEncryptionByDefault?.KMSMasterKeyID === e2e.sandbox.keyArn,
      PATIENCE,
    );
  });
});

// --- internal ---

/** One or two of each hazard; the others are rows of test/core/guard. */
const HELD: readonly string[] = [
  "server access logs are delivered to it",
  "flow logs are delivered to it, and the key's policy does not know the service",
  "a website shows it",
  "another account reads it, and the key's policy does not know that account",
  "it replicates by rules that leave out objects under KMS keys",
  "its policy refuses uploads under any key but another one",
  "an uploader has a grant for one object's ARN, and a bucket key is switched on",
];

/** What the reason of each hazard begins with. */
const REASONS: Readonly<Record<Dependent["hazard"], RegExp>> = {
  "encryption-context": /^encryption context: /,
  "log-target": /^log target: /,
  readers: /^readers: /,
  replication: /^replication: /,
  "writers-refused": /^writers refused: /,
};

function sealed({ sandbox }: Story): Configuration {
  return { algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: true };
}

function open(): Configuration {
  return { algorithm: "AES256" };
}
