import { DeleteBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { declared, encryptionOf, newBucket, outcomeOf, soon, stateOf, story } from "../support/e2e/story.ts";

const told = story();
const { alice, sandbox } = told;

test("a rule on an organizational unit that is not the account's is passed over, since where the account is could be read", async () => {
  const bucket = await newBucket(alice, "unit");
  await alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: bucket }));
  const repaired = JSON.stringify(declared(sandbox.keyArn));
  await soon(
    () => encryptionOf(alice, bucket),
    (rule) => JSON.stringify(rule) === repaired,
  );
  await outcomeOf(told, bucket, "left alone");
  expect((await stateOf(told, bucket))?.rule).toBe("in-no-unit");
});
