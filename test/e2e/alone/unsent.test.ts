import { setTimeout as sleep } from "node:timers/promises";
import { DisableKeyCommand, EnableKeyCommand } from "@aws-sdk/client-kms";
import { DeleteBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import { beforeAll, expect, test } from "vitest";
import { type Alerts, listen } from "../../support/e2e/alerts.ts";
import {
  aliceArn,
  declared,
  encryptionOf,
  repairsOf,
  sealedBucket,
  soon,
  stateOf,
  story,
} from "../../support/e2e/story.ts";
import { withFaults } from "../../support/local-aws/faults.ts";

const e2e = story();
const { alice, root, sandbox } = e2e;
let alerts: Alerts;

beforeAll(async () => {
  alerts = await listen(e2e);
});

test.each<[string, (work: () => Promise<void>) => Promise<void>]>([
  ["SNS is down", (work) => withFaults(sandbox.endpoint, [{ kind: "error500", service: "sns", api: "Publish" }], work)],
  ["somebody disables the topic's key", withoutTopicKey],
])("while %s each change is repaired, and its alert is sent afterwards, once", async (_what, silenced) => {
  const bucket = await sealedBucket(e2e, "e2e-unsent");
  await silenced(async () => {
    for (const repairs of [2, 3]) {
      await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
      await soon(
        async () => [(await repairsOf(e2e, bucket)).length, await stateOf(e2e, bucket)] as const,
        ([count, state]) => count === repairs && state?.intent === null && state.outbox === null,
      );
      expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
    }
    expect(await alerts.about(bucket)).toHaveLength(1);
  });
  const [, ...late] = await alerts.wait(bucket, 3);
  for (const alert of late)
    expect(alert).toMatchObject({ outcome: "changed", actor: { arn: aliceArn }, before: { algorithm: "AES256" } });
  await sleep(1_000);
  expect(new Set((await alerts.about(bucket)).map(({ id }) => id)).size).toBe(3);
  expect(await repairsOf(e2e, bucket)).toHaveLength(3);
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

async function withoutTopicKey(work: () => Promise<void>): Promise<void> {
  const { Attributes } = await root.sns.send(new GetTopicAttributesCommand({ TopicArn: sandbox.topicArn }));
  const KeyId = Attributes?.KmsMasterKeyId ?? "";
  await root.kms.send(new DisableKeyCommand({ KeyId }));
  try {
    await work();
  } finally {
    await root.kms.send(new EnableKeyCommand({ KeyId }));
  }
}
