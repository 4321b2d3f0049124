import { PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { listen } from "../support/e2e/alerts.ts";
import {
  bytesOf,
  counted,
  deeds,
  headOf,
  objectAlerts,
  offend,
  repaired,
  settledBucket,
} from "../support/e2e/objects.ts";
import { bucketseal, soon, story, succeeds } from "../support/e2e/story.ts";

const e2e = story();
const { alice, sandbox } = e2e;

/** Makes S3 replace the bytes of updated objects in a bucket, or update them correctly again. */
async function damages(bucket: string, not = false): Promise<void> {
  const path = `${sandbox.endpoint}/_bucketseal/s3/damages?bucket=${bucket}${not ? "&not=1" : ""}`;
  expect((await fetch(path, { method: "PUT" })).status).toBe(200);
}

test("an object that lost its bytes by our update stops writes to its bucket, and to no other, until a person clears the alarm", async () => {
  const [alerts, bucket, other] = await Promise.all([
    listen(e2e),
    settledBucket(e2e, "objdata"),
    settledBucket(e2e, "objdata"),
  ]);
  // A version's id proves that it is the same object. Without one the proof is a look a second
  // after the write: an earlier one might have seen another's.
  const VersioningConfiguration = { Status: "Enabled" as const };
  await alice.s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  await damages(bucket);
  await offend(alice, bucket, "first");
  const [raised] = await soon(
    async () => (await objectAlerts(alerts, bucket)).filter(({ severity }) => severity === "critical"),
    (found) => found.length > 0,
  );
  expect(raised).toMatchObject({ outcome: "failed", objects: { reasons: { "integrity-alarm": 1 } } });
  expect(raised?.objects.samples[0]).toMatchObject({ key: "first", outcome: "failed" });
  expect(raised?.next[0]).toContain(`bucketseal alarm clear ${bucket}`);
  await damages(bucket, true);

  await Promise.all([offend(alice, bucket, "second"), offend(alice, other, "elsewhere")]);
  await repaired(e2e, other, "elsewhere");
  await soon(
    () => objectAlerts(alerts, bucket),
    (found) => counted(found, "held") === 1,
  );
  expect((await headOf(alice, bucket, "second")).ServerSideEncryption).toBe("AES256");
  expect(await bytesOf(alice, bucket, "second")).toBe("of second");
  expect([...(await deeds(e2e, bucket, "UpdateObjectEncryption"))]).toEqual([["first", 1]]);

  const status = await bucketseal(e2e, ["status"]);
  expect(status.code).toBe(2);
  expect(status.stdout).toContain(`on ${bucket}, blocks writes to its objects: bucketseal alarm list`);
  expect((await bucketseal(e2e, ["alarm", "list"])).stdout).toMatch(
    new RegExp(`${bucket} .*open\n.*the same object had`),
  );
  await succeeds(e2e, ["alarm", "clear", bucket, "--yes"]);
  await offend(alice, bucket, "second");
  await repaired(e2e, bucket, "second");
  expect(await bytesOf(alice, bucket, "second")).toBe("of second");
  expect((await bucketseal(e2e, ["status"])).stdout).not.toContain(bucket);
});
