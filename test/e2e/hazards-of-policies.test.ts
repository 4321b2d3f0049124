import { ListGrantsCommand, PutKeyPolicyCommand, RevokeGrantCommand } from "@aws-sdk/client-kms";
import { DeleteBucketPolicyCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import { type Dependent, dependents } from "../support/e2e/dependents.ts";
import { keyOf } from "../support/e2e/keys.ts";
import {
  aliceArn,
  encryptionOf,
  newBucket,
  putEncryption,
  repairsOf,
  sealedBucket,
  story,
} from "../support/e2e/story.ts";

const e2e = story();
const { alice, root, sandbox } = e2e;
let alerts: Alerts;

beforeAll(async () => {
  alerts = await listen(e2e);
});

const plain = { algorithm: "AES256", sseC: "SSE-C" } as const;

/**
 * A change that Bucketseal would undo if nothing depended on it: harm.test.ts shows what breaks.
 */
const held: readonly (readonly [string, prefix: string, reason: RegExp, fix: (bucket: string) => Promise<unknown>])[] =
  [
    [
      "its policy refuses uploads under any key but another one",
      "writers",
      /^writers refused: statement 1 of the bucket's policy would refuse uploads that leave their encryption to the bucket's default$/,
      (Bucket) => alice.s3.send(new DeleteBucketPolicyCommand({ Bucket })),
    ],
    [
      "an uploader has a grant for one object's ARN, and a bucket key is switched on",
      "context",
      /^encryption context: a grant of arn:.* lets arn:.*:user\/hazard-context-.* use it for objects' ARNs only, and with a bucket key S3 names the bucket's$/,
      async (bucket) => {
        const { Grants = [] } = await root.kms.send(new ListGrantsCommand({ KeyId: sandbox.keyArn }));
        const { GrantId } = Grants.find(({ GranteePrincipal }) => GranteePrincipal?.endsWith(bucket)) ?? {};
        await root.kms.send(new RevokeGrantCommand({ KeyId: sandbox.keyArn, GrantId }));
      },
    ],
  ];

test.concurrent.each(held)("a bucket is held, and repaired after the fix, if %s", async (name, prefix, reason, fix) => {
  const { setUp, works, from = () => plain } = dependents[name] as Dependent;
  const bucket = await sealedBucket(e2e, `hazard-${prefix}`);
  await setUp(e2e, bucket);
  await putEncryption(alice, bucket, from(e2e));
  const [, told] = await alerts.wait(bucket, 2);
  expect(told).toMatchObject({ outcome: "held", severity: "high", rule: "hazards", actor: { arn: aliceArn } });
  expect(told?.reasons).toContainEqual(expect.stringMatching(reason));
  expect(await works(e2e, bucket)).toBe(true);
  expect(await repairsOf(e2e, bucket)).toHaveLength(1);

  await fix(bucket);
  const [, , repaired] = await alerts.wait(bucket, 3);
  expect(repaired).toMatchObject({ outcome: "changed", after: { key: sandbox.keyArn, bucketKey: true } });
  expect(await repairsOf(e2e, bucket)).toHaveLength(2);
});

test.concurrent("what the rule accepts holds nothing, and the alert says so with its reason", async () => {
  const bucket = await sealedBucket(e2e, "accepted-writers");
  await dependents["its policy refuses uploads under any key but another one"]?.setUp(e2e, bucket);
  await putEncryption(alice, bucket, plain);
  const [, changed] = await alerts.wait(bucket, 2);
  expect(changed).toMatchObject({ outcome: "changed", after: { key: sandbox.keyArn } });
  expect(changed?.reasons).toContainEqual(
    expect.stringMatching(/^rule hazards-accepted accepts the hazard writers-refused \(SEC-10\): writers refused: /),
  );
});

test.concurrent("a bucket is held as long as the declared key's policy lets nobody use it", async () => {
  const administration = ["kms:Describe*", "kms:Get*", "kms:List*", "kms:Put*", "kms:Schedule*", "kms:CreateAlias"];
  const policy = (Action: readonly string[]) => {
    const Principal = { AWS: `arn:aws:iam::${sandbox.account}:root` };
    const Statement = [{ Sid: "Administration", Effect: "Allow", Principal, Action, Resource: "*" }];
    return JSON.stringify({ Version: "2012-10-17", Statement });
  };
  const KeyId = await keyOf(root, "e2e-closed", { Policy: policy(administration) });
  const under = { ServerSideEncryption: "aws:kms" as const, SSEKMSKeyId: KeyId };
  const upload = (Bucket: string, more: object = {}) =>
    alice.s3.send(new PutObjectCommand({ Bucket, Key: "a", ...more }));
  const outside = await newBucket(alice, "outside");
  await putEncryption(alice, outside, { algorithm: "aws:kms", key: KeyId });
  await expect(upload(outside)).rejects.toMatchObject({ name: "AccessDenied" });

  const bucket = await newBucket(alice, "key-closed");
  const [told] = await alerts.wait(bucket, 1);
  expect(told).toMatchObject({ outcome: "held", severity: "high", rule: "key-closed" });
  const text = `key policy: the policy of ${KeyId} lets nobody of account ${sandbox.account} use it through S3`;
  expect(told?.reasons).toContain(text);
  await upload(bucket);
  expect((await encryptionOf(alice, bucket)).ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe("AES256");

  await root.kms.send(new PutKeyPolicyCommand({ KeyId, Policy: policy(["kms:*"]) }));
  const [, repaired] = await alerts.wait(bucket, 2);
  expect(repaired).toMatchObject({ outcome: "changed", after: { key: KeyId } });
  await upload(bucket);
  await upload(bucket, under);
});
