import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { writePause } from "#aws/ssm/pause";
import { createdEvent, type ObjectDesk, objectDesk, recordOf } from "../../support/batch/object-desk.ts";
import { withFaults } from "../../support/local-aws/faults.ts";
import { localAws } from "../../support/local-aws/local-aws.ts";

const aws = localAws();
let desk: ObjectDesk;
let bucket: string;

beforeAll(async () => {
  desk = await objectDesk(aws);
});
beforeEach(async () => {
  bucket = await desk.bucket();
});
afterEach(() => pause(null));

const pause = (reason: string | null) => writePause(aws.root().ssm, desk.shared.settings.PAUSE_PARAMETER, reason);

test("an update whose response is lost is not repeated without a look", async () => {
  await desk.put(bucket, "a");
  await desk.calls(bucket);
  const record = recordOf(createdEvent(bucket, "a"));
  const fault = { kind: "after500", service: "s3", api: "UpdateObjectEncryption", bucket, times: 1 } as const;
  const response = await withFaults(aws.endpoint, [fault], () => desk.run([record]));
  expect(response.batchItemFailures).toHaveLength(1);
  expect((await desk.calls(bucket)).filter((api) => api === "UpdateObjectEncryption")).toHaveLength(1);
});

test("a throttled update is repeated only after another look", async () => {
  await desk.put(bucket, "a");
  await desk.calls(bucket);
  const fault = { kind: "throttle", service: "s3", api: "UpdateObjectEncryption", bucket, times: 1 } as const;
  const record = recordOf(createdEvent(bucket, "a"));
  expect(await withFaults(aws.endpoint, [fault], () => desk.run([record]))).toEqual({ batchItemFailures: [] });
  const calls = (await desk.calls(bucket)).filter((api) => api === "UpdateObjectEncryption" || api === "HeadObject");
  expect(calls.slice(calls.indexOf("UpdateObjectEncryption")).slice(0, 3)).toEqual([
    "UpdateObjectEncryption",
    "HeadObject",
    "UpdateObjectEncryption",
  ]);
  expect(await desk.encryptionOf(bucket, "a")).toBe("aws:kms");
});

test("an update that waits in its lane is not sent once writes are paused", async () => {
  await desk.put(bucket, "a");
  await desk.calls(bucket);
  const fault = { kind: "throttle", service: "s3", api: "UpdateObjectEncryption", bucket } as const;
  const record = recordOf(createdEvent(bucket, "a"));
  await withFaults(aws.endpoint, [fault], async () => {
    const running = desk.run([record]);
    await expect
      .poll(async () => (await aws.calls()).some((call) => call.api === fault.api && call.bucket === bucket))
      .toBe(true);
    await pause("by alice");
    desk.advance(1.1);
    expect((await running).batchItemFailures).toHaveLength(1);
  });
  const sent = (await desk.calls(bucket)).filter((api) => api === "UpdateObjectEncryption").length;
  expect(sent).toBeLessThanOrEqual(2);
  expect(await desk.encryptionOf(bucket, "a")).toBe("AES256");
});
