import { DeleteBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { declared, encryptionOf, newBucket, outcomeOf, soon, stateOf, story } from "../support/e2e/story.ts";

const e2e = story();
const { alice, sandbox } = e2e;

test("a rule on an organizational unit that the account is not in does not apply", async () => {
  const bucket = await newBucket(alice, "unit");
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const repaired = JSON.stringify(declared(sandbox.keyArn));
  await soon(
    () => encryptionOf(alice, bucket),
    (rule) => JSON.stringify(rule) === repaired,
  );
  await outcomeOf(e2e, bucket, "left alone");
  expect((await stateOf(e2e, bucket))?.rule).toBe("in-no-unit");
});
