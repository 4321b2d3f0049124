import { setTimeout as sleep } from "node:timers/promises";
import { CreateGrantCommand } from "@aws-sdk/client-kms";
import {
  DeletePublicAccessBlockCommand,
  GetObjectAclCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { dataEvent } from "../events/object.ts";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import { headOf, objectAlerts, policyKnown, sendObjectEvents, settledBucket } from "../support/e2e/objects.ts";
import { aliceArn, callsOn, soon, story } from "../support/e2e/story.ts";

const e2e = story();
const { alice, sandbox } = e2e;
let alerts: Alerts;

beforeAll(async () => {
  alerts = await listen(e2e);
  await policyKnown();
});

/** The alerts about a bucket's objects, once there are any. */
const heard = (bucket: string) =>
  soon(
    () => objectAlerts(alerts, bucket),
    (found) => found.length > 0,
  );

test.concurrent("an object is repaired where its bucket's rule depends on tags and units", async () => {
  const Bucket = await settledBucket(e2e, "objplace");
  await alice.s3.send(new PutObjectCommand({ Bucket, Key: "a", Body: "a", ServerSideEncryption: "AES256" }));
  const after = await soon(
    () => headOf(alice, Bucket, "a"),
    ({ ServerSideEncryption }) => ServerSideEncryption === "aws:kms",
  );
  expect(after.SSEKMSKeyId).toBe(sandbox.keyArn);
});

test.concurrent("a locked object is held, reported, and stays as it is", async () => {
  const Bucket = await settledBucket(e2e, "objdata", false, { ObjectLockEnabledForBucket: true });
  await alice.s3.send(
    new PutObjectCommand({
      Bucket,
      Key: "locked",
      Body: "kept",
      ServerSideEncryption: "AES256",
      ObjectLockMode: "GOVERNANCE",
      ObjectLockRetainUntilDate: new Date(Date.now() + 86_400_000),
      ObjectLockLegalHoldStatus: "ON",
      ChecksumAlgorithm: "CRC32",
    }),
  );
  const [alert] = await heard(Bucket);
  expect(alert).toMatchObject({ outcome: "held", objects: { counts: { held: 1 }, reasons: { "object-locked": 1 } } });
  expect((await headOf(alice, Bucket, "locked")).ServerSideEncryption).toBe("AES256");
});

test.concurrent("an object whose readers of another account may not use the declared key is held", async () => {
  const Bucket = await settledBucket(e2e, "objdata");
  const Principal = { AWS: "arn:aws:iam::999999999999:root" };
  const Statement = [{ Effect: "Allow", Principal, Action: "s3:GetObject", Resource: `arn:aws:s3:::${Bucket}/*` }];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await alice.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await alice.s3.send(new PutObjectCommand({ Bucket, Key: "shared", Body: "x", ServerSideEncryption: "AES256" }));
  const [alert] = await heard(Bucket);
  expect(alert).toMatchObject({ outcome: "held", objects: { counts: { held: 1 }, reasons: { readers: 1 } } });
  expect((await headOf(alice, Bucket, "shared")).ServerSideEncryption).toBe("AES256");
});

test.concurrent("an object that everybody reads is held, since nobody could read it under a key", async () => {
  const Bucket = await settledBucket(e2e, "objdata");
  await alice.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  const Resource = `arn:aws:s3:::${Bucket}/*`;
  const Statement = [{ Sid: "Site", Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource }];
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  await alice.s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  await alice.s3.send(new PutObjectCommand({ Bucket, Key: "page", Body: "x", ServerSideEncryption: "AES256" }));
  const [alert] = await heard(Bucket);
  expect(alert).toMatchObject({ outcome: "held", objects: { counts: { held: 1 }, reasons: { readers: 1 } } });
  expect(alert?.objects?.samples[0]?.reason).toMatch(/^readers: Site of the bucket's policy lets everybody read/);
  expect((await fetch(`${sandbox.endpoint}/${Bucket}/page`)).status).toBe(200);
});

test.concurrent("an object is held for somebody who has a grant for its ARN, and none for the bucket's", async () => {
  const Bucket = await settledBucket(e2e, "objdata");
  const Constraints = { EncryptionContextSubset: { "aws:s3:arn": `arn:aws:s3:::${Bucket}/pinned` } };
  const grant = { KeyId: sandbox.keyArn, GranteePrincipal: aliceArn, Operations: ["Decrypt" as const] };
  await e2e.root.kms.send(new CreateGrantCommand({ ...grant, Constraints }));
  // The function may know the key's grants of ten seconds ago.
  await sleep(11_000);
  await alice.s3.send(new PutObjectCommand({ Bucket, Key: "pinned", Body: "x", ServerSideEncryption: "AES256" }));
  const [alert] = await heard(Bucket);
  expect(alert).toMatchObject({ outcome: "held", objects: { reasons: { "encryption-context": 1 } } });
  expect((await headOf(alice, Bucket, "pinned")).ServerSideEncryption).toBe("AES256");
});

test.concurrent("a copy keeps the grants of an object", async () => {
  const Bucket = await settledBucket(e2e, "objcopy", false, { ObjectOwnership: "ObjectWriter" });
  const Key = "shown";
  await alice.s3.send(new DeletePublicAccessBlockCommand({ Bucket }));
  await alice.s3.send(
    new PutObjectCommand({ Bucket, Key, Body: "x", ServerSideEncryption: "AES256", ACL: "public-read" }),
  );
  // Neither order nor display names count.
  const granted = async () => {
    const { Grants = [] } = await alice.s3.send(new GetObjectAclCommand({ Bucket, Key }));
    return Grants.map(({ Grantee, Permission }) => `${Grantee?.ID ?? Grantee?.URI} ${Permission}`).sort();
  };
  const before = await granted();
  expect(before).toHaveLength(2);
  await soon(
    () => headOf(alice, Bucket, Key),
    ({ ServerSideEncryption }) => ServerSideEncryption === "aws:kms:dsse",
  );
  expect(await granted()).toEqual(before);
});

test.concurrent("an event about a deleted object ends with a look", async () => {
  const bucket = await settledBucket(e2e, "objdata");
  const { account, region } = sandbox;
  await sendObjectEvents(e2e, [dataEvent("PutObject", "gone", { bucket, account, region })]);
  const calls = await soon(
    () => callsOn(e2e, bucket),
    (seen) => seen.some(({ api, status }) => api === "HeadObject" && status === 404),
  );
  expect(calls.filter(({ api }) => api === "HeadObject")).toHaveLength(1);
});
