import { setTimeout as sleep } from "node:timers/promises";
import { DeleteBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import {
  aliceArn,
  declared,
  encryptionOf,
  outcomeOf,
  repairsOf,
  sealedBucket,
  soon,
  stateOf,
  story,
} from "../../support/e2e/story.ts";
import { withFaults } from "../../support/local-aws/faults.ts";

const e2e = story();
const { alice, sandbox } = e2e;
let alerts: Alerts;

beforeAll(async () => {
  alerts = await listen(e2e);
});

test("an alert that SNS did not take after the write is still sent, once, and nothing is written again", async () => {
  const bucket = await sealedBucket(e2e, "e2e-unsent");
  const repairs = async () => (await repairsOf(e2e, bucket)).length;
  await withFaults(sandbox.endpoint, [{ kind: "error500", service: "sns", api: "Publish" }], async () => {
    await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
    const state = await soon(
      () => stateOf(e2e, bucket),
      (found) => found?.outcome === "changed" && found.outbox !== null,
    );
    expect(state?.outbox?.alert).toMatchObject({ outcome: "changed", actor: { arn: aliceArn } });
    expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
    expect(await alerts.about(bucket)).toHaveLength(1);
  });
  const [, alert] = await alerts.wait(bucket, 2);
  expect(alert).toMatchObject({ outcome: "changed", actor: { arn: aliceArn }, before: { algorithm: "AES256" } });
  await outcomeOf(e2e, bucket, "left alone");
  await sleep(1_000);
  expect(await alerts.about(bucket)).toHaveLength(2);
  expect(await repairs()).toBe(2);
});

test("a write whose response is lost is alerted once, and the bucket ends as declared", async () => {
  const bucket = await sealedBucket(e2e, "e2e-after500");
  const fault = { kind: "after500", service: "s3", api: "PutBucketEncryption", times: 1 } as const;
  await withFaults(sandbox.endpoint, [{ ...fault, bucket, function: sandbox.functions.bucket }], async () => {
    await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
    await alerts.wait(bucket, 2);
  });
  // The event of our own write may be looked at before the redelivered message, or after it.
  await soon(
    () => stateOf(e2e, bucket),
    (state) => state?.intent === null && state.outbox === null,
  );
  await sleep(1_000);
  expect((await alerts.about(bucket)).map(({ outcome }) => outcome)).toEqual(["changed", "changed"]);
  expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
});
