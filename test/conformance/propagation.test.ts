import { DeleteUserPolicyCommand, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { DisableKeyCommand } from "@aws-sdk/client-kms";
import { PutBucketEncryptionCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { conformance } from "../support/local-aws/conformance.ts";
import { eventually } from "../support/local-aws/eventually.ts";

// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency,
// https://docs.aws.amazon.com/kms/latest/developerguide/accessing-kms.html#programming-eventual-consistency,
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html. How long it takes is not
// documented: the local AWS draws from half of these times to all of them.

const aws = conformance();
const DELAYS = { iamMs: 2_400, keyMs: 2_400, bucketKeyMs: 5_000, seed: 1 };
/** Longer than any of it. */
const PATIENCE_MS = process.env.BUCKETSEAL_TEST_AWS === "1" ? 600_000 : 20_000;

async function spread(delays: object): Promise<void> {
  if (aws.real) return;
  const control = `${aws.endpoint}/_bucketseal/propagation?account=${aws.account}`;
  const answer = await fetch(control, { method: "PUT", body: JSON.stringify(delays) });
  if (!answer.ok) throw new Error(await answer.text());
}

beforeAll(() => spread(DELAYS));
afterAll(() => spread({}));

const outcome = (s3: S3Client, Bucket: string): Promise<string> =>
  s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" })).then(
    () => "written",
    (error: Error) => error.name,
  );

/** How long after the change an upload has the other outcome. */
async function until(s3: S3Client, Bucket: string, other: string, change: Promise<unknown>): Promise<number> {
  const started = Date.now();
  await change;
  await eventually(other, async () => ((await outcome(s3, Bucket)) === other ? true : undefined), PATIENCE_MS);
  return Date.now() - started;
}

async function bucketUnder(KMSMasterKeyID: string, BucketKeyEnabled: boolean): Promise<string> {
  const Bucket = await aws.bucket();
  const rule = {
    ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" as const, KMSMasterKeyID },
    BucketKeyEnabled,
  };
  await aws.s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules: [rule] } }));
  return Bucket;
}

describe("what was changed is seen after a while:", () => {
  test.concurrent(
    "a user's policy, given and taken away",
    async () => {
      const Bucket = await aws.bucket();
      const user = await aws.otherUser([{ Effect: "Deny", Action: "glacier:*", Resource: "*" }]);
      const allow = { Effect: "Allow", Action: "s3:PutObject", Resource: `arn:aws:s3:::${Bucket}/*` };
      const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [allow] });
      const policy = { UserName: user.name, PolicyName: "upload" };
      const give = () => aws.iam.send(new PutUserPolicyCommand({ ...policy, PolicyDocument }));
      const take = () => aws.iam.send(new DeleteUserPolicyCommand(policy));
      aws.later(async () => await take().catch(() => undefined));
      const given = await until(user.s3, Bucket, "written", give());
      const taken = await until(user.s3, Bucket, "AccessDenied", take());
      if (!aws.real) for (const each of [given, taken]) expect(each).toBeGreaterThan(DELAYS.iamMs / 2 - 200);
    },
    PATIENCE_MS * 3,
  );

  test.concurrent(
    "a disabled key, by S3",
    async () => {
      const KeyId = await aws.key();
      const Bucket = await bucketUnder(KeyId, false);
      expect(await outcome(aws.s3, Bucket)).toBe("written");
      const disable = aws.kms.send(new DisableKeyCommand({ KeyId }));
      const seen = await until(aws.s3, Bucket, "KMS.DisabledException", disable);
      if (!aws.real) expect(seen).toBeGreaterThan(DELAYS.keyMs / 2 - 200);
    },
    PATIENCE_MS * 3,
  );

  test.concurrent(
    "a disabled key under a bucket key, which S3 keeps without asking KMS",
    async () => {
      const KeyId = await aws.key();
      const Bucket = await bucketUnder(KeyId, true);
      const started = Date.now();
      expect(await outcome(aws.s3, Bucket)).toBe("written");
      await until(aws.s3, Bucket, "KMS.DisabledException", aws.kms.send(new DisableKeyCommand({ KeyId })));
      if (!aws.real) expect(Date.now() - started).toBeGreaterThan(DELAYS.bucketKeyMs / 2);
    },
    PATIENCE_MS * 3,
  );
});
