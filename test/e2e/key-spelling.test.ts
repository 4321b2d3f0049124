import { CreateAliasCommand } from "@aws-sdk/client-kms";
import { beforeAll, describe, expect, test } from "vitest";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import {
  aliceArn,
  declared,
  encryptionOf,
  lookedAfter,
  nameOf,
  putEncryption,
  repairsOf,
  sealedBucket,
  story,
  writesOf,
} from "../support/e2e/story.ts";

const e2e = story();
const { alice, root, sandbox } = e2e;
const aliasArn = (name: string) => `arn:aws:kms:${sandbox.region}:${sandbox.account}:alias/${name}`;
const also = nameOf("e2e-also");
let alerts: Alerts;

beforeAll(async () => {
  alerts = await listen(e2e);
  await root.kms.send(new CreateAliasCommand({ AliasName: `alias/${also}`, TargetKeyId: sandbox.keyArn }));
});

describe.concurrent("a bucket under the declared key is left alone, with no write, where the key is spelled as", () => {
  test.each([
    ["its key ARN", sandbox.keyArn],
    ["the alias ARN that the policy names", aliasArn("s3-default")],
    ["the ARN of another alias of that key", aliasArn(also)],
  ])("%s", async (_spelling, key) => {
    const bucket = await sealedBucket(e2e, "e2e-same");
    const before = await writesOf(e2e, bucket);
    await putEncryption(alice, bucket, { algorithm: "aws:kms", key, bucketKey: true, sseC: "SSE-C" });
    const state = await lookedAfter(e2e, bucket, "PutBucketEncryption", aliceArn);
    expect(state.outcome).toBe("left alone");
    expect((await encryptionOf(alice, bucket)).ApplyServerSideEncryptionByDefault?.KMSMasterKeyID).toBe(key);
    expect(await writesOf(e2e, bucket)).toEqual(before);
    expect(await alerts.about(bucket)).toHaveLength(1);
  });
});

describe.concurrent("a key that AWS would look for in the uploader's account is repaired to the full key ARN:", () => {
  test.each([
    ["a key id", sandbox.keyArn.split("/").at(-1)],
    ["an alias name", "alias/s3-default"],
    ["no key at all", undefined],
  ])("%s", async (_spelling, key) => {
    const bucket = await sealedBucket(e2e, "e2e-relative");
    await putEncryption(alice, bucket, { algorithm: "aws:kms", key, bucketKey: true, sseC: "SSE-C" });
    const [, alert] = await alerts.wait(bucket, 2);
    expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
    expect(alert).toMatchObject({ outcome: "changed", after: { key: sandbox.keyArn } });
    expect(alert?.before?.key).toBe(key);
    expect(await repairsOf(e2e, bucket)).toHaveLength(2);
  });
});
