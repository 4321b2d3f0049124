import { DeleteBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { declared, encryptionOf, listen, newBucket, soon, story } from "../support/e2e.ts";

test("a new bucket gets its declared encryption, and a broken one gets it back, with one alert that names who broke it", async () => {
  const told = story();
  const { alice, sandbox } = told;
  const alerts = await listen(told);
  const bucket = await newBucket(alice, "e2e-skeleton");
  const asDeclared = declared(sandbox.keyArn);

  await soon(
    () => encryptionOf(alice, bucket),
    (rule) => JSON.stringify(rule) === JSON.stringify(asDeclared),
  );
  await soon(
    () => alerts.about(bucket),
    (heard) => heard.length === 1,
  );

  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const [, second] = await soon(
    () => alerts.about(bucket),
    (heard) => heard.length === 2,
  );
  expect(await encryptionOf(alice, bucket)).toEqual(asDeclared);
  expect(second?.outcome).toBe("changed");
  expect(second?.actor?.arn).toBe("arn:aws:iam::000000000000:user/alice");
  expect(second?.event?.name).toBe("DeleteBucketEncryption");
});
