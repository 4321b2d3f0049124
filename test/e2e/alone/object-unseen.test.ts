import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { headOf } from "../../support/e2e/objects.ts";
import { callsOn, sealedBucket, soon, story } from "../../support/e2e/story.ts";
import { withFaults } from "../../support/local-aws/faults.ts";

const e2e = story();
const { alice, sandbox } = e2e;

test("an object that cannot be read is redelivered soon, until it is repaired", async () => {
  const bucket = await sealedBucket(e2e, "objdata");
  const broken = { kind: "error500", api: "HeadObject", bucket, function: sandbox.functions.object, times: 3 } as const;
  await withFaults(sandbox.endpoint, [broken], async () => {
    await alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "a", ServerSideEncryption: "AES256" }));
    await soon(
      () => headOf(alice, bucket, "a"),
      ({ ServerSideEncryption }) => ServerSideEncryption === "aws:kms",
    );
  });
  const looks = (await callsOn(e2e, bucket)).filter(({ api, function: by }) => api === "HeadObject" && by !== null);
  expect(looks.slice(0, 3).map(({ status }) => status)).toEqual([500, 500, 500]);
});
