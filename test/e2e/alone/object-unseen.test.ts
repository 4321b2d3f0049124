import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { headOf } from "../../support/e2e/objects.ts";
import { callsOn, sealedBucket, soon, story } from "../../support/e2e/story.ts";
import { withFaults } from "../../support/local-aws/faults.ts";

const told = story();
const { alice, sandbox } = told;

test("an object that cannot be looked at comes back soon, until it is repaired", async () => {
  const bucket = await sealedBucket(told, "objdata");
  const broken = { kind: "error500", api: "HeadObject", bucket, function: sandbox.functions.object, times: 3 } as const;
  await withFaults(sandbox.endpoint, [broken], async () => {
    await alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "a", ServerSideEncryption: "AES256" }));
    await soon(
      () => headOf(alice, bucket, "a"),
      ({ ServerSideEncryption }) => ServerSideEncryption === "aws:kms",
    );
  });
  const looks = (await callsOn(told, bucket)).filter(({ api, function: by }) => api === "HeadObject" && by !== null);
  expect(looks.slice(0, 3).map(({ status }) => status)).toEqual([500, 500, 500]);
});
