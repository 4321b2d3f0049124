import { DeleteBucketCommand, DeleteBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import {
  aliceArn,
  callsOn,
  ciArn,
  declared,
  encryptionOf,
  lookedAfter,
  newBucket,
  outcomeOf,
  putEncryption,
  soon,
  story,
  writesOf,
} from "../support/e2e/story.ts";

const e2e = story();
const { alice, ci, sandbox } = e2e;
let alerts: Alerts;

beforeAll(async () => {
  alerts = await listen(e2e);
});

async function algorithmOf(bucket: string): Promise<string | undefined> {
  return (await encryptionOf(alice, bucket)).ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
}

test.concurrent("a rule in observe mode reports the plan, once, and nothing is written", async () => {
  const bucket = await newBucket(alice, "observed");
  const [alert] = await alerts.wait(bucket, 1);
  expect(alert).toMatchObject({
    outcome: "reported",
    rule: "observed",
    mode: "observe",
    actor: { arn: aliceArn },
    before: { algorithm: "AES256" },
    after: { algorithm: "aws:kms", key: sandbox.keyArn, bucketKey: true, sseC: "SSE-C" },
  });
  expect(alert?.reasons).toContain("the rule's mode is observe");
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  await lookedAfter(e2e, bucket, "DeleteBucketEncryption", aliceArn);
  expect(await alerts.about(bucket)).toHaveLength(1);
  expect(await writesOf(e2e, bucket)).toEqual([]);
  expect(await algorithmOf(bucket)).toBe("AES256");
});

test.concurrent("a bucket that is made again under the name of a deleted one is reported anew, with who made it", async () => {
  const bucket = await newBucket(alice, "observed");
  await alerts.wait(bucket, 1);
  await alice.s3.send(new DeleteBucketCommand({ Bucket: bucket }));
  await outcomeOf(e2e, bucket, "gone");
  await newBucket(ci, "observed", bucket);
  const heard = await soon(
    () => alerts.about(bucket),
    (found) => found.filter(({ outcome }) => outcome === "reported").length > 1,
  );
  expect(heard.map(({ outcome, actor }) => [outcome, actor?.arn])).toEqual([
    ["reported", aliceArn],
    ["reported", ciArn],
  ]);
});

test.concurrent("a bucket that is exempt until tomorrow is left alone", async () => {
  const bucket = await newBucket(alice, "exempt");
  const state = await outcomeOf(e2e, bucket, "exempt");
  expect(state).toMatchObject({ exemption: "not-yet-expired", rule: "baseline" });
  await putEncryption(alice, bucket, { algorithm: "AES256", sseC: "NONE" });
  await lookedAfter(e2e, bucket, "PutBucketEncryption", aliceArn);
  expect(await algorithmOf(bucket)).toBe("AES256");
  expect(await writesOf(e2e, bucket)).toEqual([]);
  expect(await alerts.about(bucket)).toEqual([]);
});

test.concurrent("a bucket whose exemption ended yesterday is repaired", async () => {
  const bucket = await newBucket(alice, "expired");
  const [alert] = await alerts.wait(bucket, 1);
  expect(alert).toMatchObject({ outcome: "changed", rule: "baseline" });
  expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
});

test.concurrent("a bucket that no rule matches is left alone, and its encryption is not even read", async () => {
  const bucket = await newBucket(alice, "unmanaged");
  const state = await outcomeOf(e2e, bucket, "left alone");
  expect(state.rule).toBeNull();
  const reads = (await callsOn(e2e, bucket)).filter((call) => call.api === "GetBucketEncryption");
  expect(reads.filter((call) => call.function !== null)).toEqual([]);
  expect(await algorithmOf(bucket)).toBe("AES256");
  expect(await writesOf(e2e, bucket)).toEqual([]);
  expect(await alerts.about(bucket)).toEqual([]);
});
