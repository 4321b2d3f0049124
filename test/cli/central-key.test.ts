import { CreateAliasCommand, CreateKeyCommand } from "@aws-sdk/client-kms";
import { PutBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { account, cloud } from "./cloud.ts";
import { tempFile } from "./run-cli.ts";

const aws = cloud();
const owner = "999988887777";
const alias = `arn:aws:kms:us-east-1:${owner}:alias/central`;

let key = "";
let underKms = "";
let underNone = "";

beforeAll(async () => {
  const { kms } = aws.root("us-east-1", owner);
  const statement = (of: string) => ({
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${of}:root` },
    Action: "kms:*",
    Resource: "*",
  });
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement(owner), statement(account)] });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Policy }));
  key = KeyMetadata?.Arn ?? "";
  await kms.send(new CreateAliasCommand({ AliasName: "alias/central", TargetKeyId: key }));
  const policy = (encryption: string) =>
    tempFile(
      `version: 1\nkeys: { central: "${key}" }\nrules:\n  - { id: all, encryption: ${encryption}, mode: enforce }\n`,
    );
  underKms = await policy("{ algorithm: aws:kms, key: central }");
  underNone = await policy("{ algorithm: AES256 }");
});

/** A bucket under an alias that belongs to another account. */
async function bucketUnder(Bucket: string, SSEAlgorithm: "aws:kms" | "aws:kms:dsse", KMSMasterKeyID = alias) {
  await aws.bucket(Bucket);
  const Rules = [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm, KMSMasterKeyID } }];
  await aws.root().s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
  return Bucket;
}

/** What `plan` says of a bucket, and what `apply` leaves of it. */
async function applied(policy: string, bucket: string, as?: Awaited<ReturnType<typeof aws.user>>) {
  const run = await aws.run(["plan", bucket, "--policy", policy, "--json"], as && { as });
  await aws.run(["apply", bucket, "--policy", policy, "--yes"], as && { as });
  const { algorithm, key: left } = await aws.encryptionOf(bucket);
  return { standing: JSON.parse(run.stdout).buckets[0].standing, algorithm, key: left };
}

test("an alias of another account that names the declared key is as declared", async () => {
  const bucket = await bucketUnder("central-same", "aws:kms");
  expect(await applied(underKms, bucket)).toEqual({ standing: "compliant", algorithm: "aws:kms", key: alias });
});

test.each(["declared", "none"] as const)("a bucket in DSSE under it is never weakened (%s)", async (which) => {
  const bucket = await bucketUnder(`central-dsse-${which}`, "aws:kms:dsse");
  const found = await applied(which === "none" ? underNone : underKms, bucket);
  expect(found).toEqual({ standing: "held", algorithm: "aws:kms:dsse", key: alias });
});

test("a bucket in aws:kms under it is never weakened to AES256", async () => {
  const bucket = await bucketUnder("central-kms", "aws:kms");
  expect(await applied(underNone, bucket)).toEqual({ standing: "held", algorithm: "aws:kms", key: alias });
});

test("where it may not be looked at, nothing is written", async () => {
  const as = await aws.user("no-central", [
    { Effect: "Allow", Action: "*", Resource: "*" },
    { Effect: "Deny", Action: "kms:DescribeKey", Resource: key },
  ]);
  for (const policy of [underKms, underNone]) {
    const bucket = await bucketUnder(`central-denied-${policy === underKms ? "kms" : "none"}`, "aws:kms:dsse");
    expect(await applied(policy, bucket, as)).toEqual({
      standing: "unreadable",
      algorithm: "aws:kms:dsse",
      key: alias,
    });
  }
});

test("where KMS says that there is none, the bucket is brought under the declared key", async () => {
  const bucket = await bucketUnder("central-nothing", "aws:kms", `arn:aws:kms:us-east-1:${owner}:alias/nothing`);
  expect(await applied(underKms, bucket)).toEqual({ standing: "change", algorithm: "aws:kms", key });
});
