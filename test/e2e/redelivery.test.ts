import { setTimeout as sleep } from "node:timers/promises";
import { GetFunctionRecursionConfigCommand } from "@aws-sdk/client-lambda";
import { DeleteBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { type Alerts, listen } from "../support/e2e/alerts.ts";
import { type Bus, watchBus } from "../support/e2e/bus.ts";
import { redeliver } from "../support/e2e/redrive.ts";
import {
  aliceArn,
  callsOn,
  ciArn,
  declared,
  encryptionOf,
  outcomeOf,
  putEncryption,
  repairsOf,
  sealedBucket,
  soon,
  stateOf,
  story,
} from "../support/e2e/story.ts";

const e2e = story();
const { alice, ci, sandbox } = e2e;
let alerts: Alerts;
let bus: Bus;

beforeAll(async () => {
  [alerts, bus] = await Promise.all([listen(e2e), watchBus(e2e)]);
});

/** How often Bucketseal has read the bucket's encryption. */
async function looks(bucket: string): Promise<number> {
  const calls = await callsOn(e2e, bucket);
  return calls.filter(({ api, function: by }) => api === "GetBucketEncryption" && by === sandbox.functions.bucket)
    .length;
}

test.concurrent("the same event delivered five times leads to one write and one alert", async () => {
  const bucket = await sealedBucket(e2e, "e2e-five");
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const copy = JSON.stringify(await bus.event(bucket, "DeleteBucketEncryption"));
  await redeliver(e2e, [copy, copy]);
  await alerts.wait(bucket, 2);
  await redeliver(e2e, [copy]);
  await sleep(1_000);
  const before = await looks(bucket);
  await redeliver(e2e, [copy]);
  await soon(
    () => looks(bucket),
    (count) => count > before,
  );
  await outcomeOf(e2e, bucket, "left alone");
  expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
  expect(await repairsOf(e2e, bucket)).toHaveLength(2);
  expect(await alerts.about(bucket)).toHaveLength(2);
  const { triggers = [] } = (await stateOf(e2e, bucket)) ?? {};
  expect(triggers.map(({ eventName }) => eventName)).toEqual(["CreateBucket", "DeleteBucketEncryption"]);
});

test.concurrent("an old event after a newer one changes nothing", async () => {
  const bucket = await sealedBucket(e2e, "e2e-old");
  await putEncryption(alice, bucket, { algorithm: "AES256" });
  const old = JSON.stringify(await bus.event(bucket, "PutBucketEncryption"));
  await alerts.wait(bucket, 2);
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  await alerts.wait(bucket, 3);
  await outcomeOf(e2e, bucket, "left alone");
  const [repairs, before] = [await repairsOf(e2e, bucket), await looks(bucket)];
  await redeliver(e2e, [old]);
  await soon(
    () => looks(bucket),
    (count) => count > before,
  );
  await sleep(1_000);
  expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
  expect(await repairsOf(e2e, bucket)).toEqual(repairs);
  expect(await alerts.about(bucket)).toHaveLength(3);
});

test.concurrent("four events of one incident from two actors in one second end as declared, and the ledger knows both", async () => {
  const bucket = await sealedBucket(e2e, "e2e-incident");
  await Promise.all([
    alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket })),
    putEncryption(ci, bucket, { algorithm: "AES256", sseC: "NONE" }),
    putEncryption(alice, bucket, { algorithm: "aws:kms", key: "alias/s3-default" }),
    ci.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket })),
  ]);
  await soon(
    () => stateOf(e2e, bucket),
    (found) =>
      found?.outcome === "left alone" &&
      found.intent === null &&
      found.outbox === null &&
      [aliceArn, ciArn].every((arn) => seen(found.triggers, arn).length === 2),
    60,
  );
  expect(await encryptionOf(alice, bucket)).toEqual(declared(sandbox.keyArn));
  const [, ...since] = await alerts.about(bucket);
  expect(since.length).toBeGreaterThanOrEqual(1);
  expect(since.length).toBe((await repairsOf(e2e, bucket)).length - 1);
  for (const alert of since) expect([aliceArn, ciArn]).toContain(alert.actor?.arn);
});

function seen(triggers: readonly { readonly eventName: string; readonly actor: string | null }[], arn: string) {
  return triggers.filter(({ eventName, actor }) => eventName !== "CreateBucket" && actor === arn);
}

test.concurrent("the functions that send messages to themselves may go on, and the other one may not", async () => {
  const { functions } = e2e.sandbox;
  const settings = [functions.bucket, functions.object, functions.policy].map(async (FunctionName) => {
    return (await e2e.root.lambda.send(new GetFunctionRecursionConfigCommand({ FunctionName }))).RecursiveLoop;
  });
  expect(await Promise.all(settings)).toEqual(["Allow", "Allow", "Terminate"]);
});
