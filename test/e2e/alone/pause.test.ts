import { setTimeout as sleep } from "node:timers/promises";
import { DeleteBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { DeleteParameterCommand } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import {
  aliceArn,
  declared,
  encryptionOf,
  lookedAfter,
  outcomeOf,
  sealedBucket,
  story,
  succeeds,
  writesOf,
} from "../../support/e2e/story.ts";

const e2e = story();
const { alice, root, sandbox } = e2e;
/** A function reads the switch at most every five seconds. */
const HEARD_MS = 5_500;
let alerts: Alerts;

beforeAll(async () => {
  alerts = await listen(e2e);
});

afterAll(() => succeeds(e2e, ["resume"]));

const broken = (Bucket: string) => alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket }));

test("while writes are paused nothing is written and everything is reported; after resume the bucket is repaired", async () => {
  const [bucket, other] = await Promise.all([sealedBucket(e2e, "e2e-paused"), sealedBucket(e2e, "e2e-paused")]);
  const writes = async () => [...(await writesOf(e2e, bucket)), ...(await writesOf(e2e, other))];
  const before = await writes();
  await succeeds(e2e, ["pause", "--reason", "incident 4711"]);
  await sleep(HEARD_MS);
  await broken(bucket);
  const [, reported] = await alerts.wait(bucket, 2);
  expect(reported).toMatchObject({
    outcome: "reported",
    rule: "baseline",
    actor: { arn: aliceArn },
    before: { algorithm: "AES256" },
    after: { algorithm: "aws:kms", key: sandbox.keyArn },
  });
  expect(reported?.reasons.join()).toMatch(
    /writes are paused: by arn:aws:iam::000000000000:user\/dana at .*: incident 4711/,
  );
  expect(reported?.next.join()).toContain("bucketseal resume");
  await broken(bucket);
  await lookedAfter(e2e, bucket, "DeleteBucketEncryption", aliceArn, 2);
  await outcomeOf(e2e, bucket, "reported");
  expect(await alerts.about(bucket)).toHaveLength(2);

  // A switch that cannot be read pauses writes too.
  await root.ssm.send(new DeleteParameterCommand({ Name: sandbox.pauseParameter }));
  await sleep(HEARD_MS);
  await broken(other);
  const [, unread] = await alerts.wait(other, 2);
  expect(unread).toMatchObject({ outcome: "reported", severity: "high" });
  expect(unread?.reasons.join()).toContain("whether writes are paused could not be read: ParameterNotFound");
  expect(await writes()).toEqual(before);
  expect((await encryptionOf(alice, bucket)).ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe("AES256");

  await succeeds(e2e, ["resume"]);
  await sleep(HEARD_MS);
  await Promise.all([broken(bucket), broken(other)]);
  for (const each of [bucket, other]) {
    expect((await alerts.wait(each, 3))[2]).toMatchObject({ outcome: "changed" });
    expect(await encryptionOf(alice, each)).toEqual(declared(sandbox.keyArn));
  }
});
