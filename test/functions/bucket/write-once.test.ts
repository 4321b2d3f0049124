import { randomUUID } from "node:crypto";
import { PutBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { beforeAll, expect, test } from "vitest";
import { RetryableError } from "#aws/error";
import { getBucketEncryption } from "#aws/s3/bucket-encryption";
import { writePause } from "#aws/ssm/pause";
import type { WantedEncryption } from "#core/encryption";
import type { BucketRef } from "#core/names";
import { bucketShared } from "../../../functions/bucket/shared.ts";
import { account, region, type TestHub, testHub } from "../../support/batch/hub.ts";
import type { Clients } from "../../support/local-aws/clients.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
let root: Clients;
let hub: TestHub;
let wanted: WantedEncryption;

beforeAll(async () => {
  root = aws.root();
  hub = await testHub(root);
  wanted = { algorithm: "aws:kms", key: hub.keyArn, bucketKey: false, sseC: "SSE-C" };
});

const portsAt = (now: () => number = Date.now) =>
  bucketShared(root as never, hub.environment, { now, sleep: async () => undefined, newId: randomUUID }).ports;

async function newBucket(): Promise<BucketRef> {
  return { partition: "aws", account, region, bucket: await hub.newBucket() };
}

/** How many calls the fault that is ordered now has struck. */
async function hits(): Promise<number> {
  const answer = await fetch(`${aws.endpoint}/_bucketseal/faults`);
  return ((await answer.json()) as { hits: number }[])[0]?.hits ?? 0;
}

/** The writes of a bucket's encryption that S3 was asked for. */
async function puts({ bucket }: BucketRef): Promise<number> {
  const calls = await aws.calls();
  return calls.filter((call) => call.api === "PutBucketEncryption" && call.bucket === bucket).length;
}

test.each(["after500", "error500", "throttle", "timeout"] as const)(
  "a write whose answer is lost is not sent again without a look (%s)",
  async (kind) => {
    const ref = await newBucket();
    const fault = { kind, service: "s3", api: "PutBucketEncryption", bucket: ref.bucket };
    await withFaults(aws.endpoint, [fault], async () => {
      await expect(portsAt().writer.put(ref, wanted)).rejects.toThrow(RetryableError);
      expect(await hits()).toBe(1);
    });
  },
);

test("a state that somebody wrote while our response was lost is not overwritten", async () => {
  const ref = await newBucket();
  const fault = { kind: "timeout", service: "s3", api: "PutBucketEncryption", bucket: ref.bucket, times: 1 } as const;
  await withFaults(aws.endpoint, [fault], async () => {
    const write = portsAt().writer.put(ref, wanted);
    const refused = expect(write).rejects.toThrow(RetryableError);
    await expect.poll(hits).toBe(1);
    const Rules = [
      { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms:dsse" as const, KMSMasterKeyID: hub.keyArn } },
    ];
    const stronger = { Bucket: ref.bucket, ServerSideEncryptionConfiguration: { Rules } };
    await root.s3.send(new PutBucketEncryptionCommand(stronger));
    await refused;
  });
  expect(await getBucketEncryption(root.s3, ref)).toMatchObject({ value: { algorithm: "aws:kms:dsse" } });
});

test("the pause switch is read right before the write, whatever it was a moment ago", async () => {
  const ref = await newBucket();
  let ahead = 0;
  const ports = portsAt(() => Date.now() + ahead);
  expect(await ports.paused()).toEqual({ known: true, value: null });
  await writePause(root.ssm, hub.environment.PAUSE_PARAMETER, "by alice");
  ahead = 1_100;
  await expect(ports.writer.put(ref, wanted)).rejects.toThrow("right before the write: writes are paused: by alice");
  await writePause(root.ssm, hub.environment.PAUSE_PARAMETER, null);
  expect(await puts(ref)).toBe(0);
});

test("a function that was frozen after its reads does not write when it is thawed", async () => {
  const ref = await newBucket();
  let reads = 0;
  // The permit reads the clock twice: for the switch's age, and then right before the request goes
  // out.
  const ports = portsAt(() => Date.now() + (++reads > 2 ? 4_100 : 0));
  await expect(ports.writer.put(ref, wanted)).rejects.toThrow("the permit to write ended");
  expect(await puts(ref)).toBe(0);
});
