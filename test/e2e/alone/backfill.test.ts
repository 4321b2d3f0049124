import { PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { backfillMove, backfillStart } from "#core/backfill/messages";
import { backfills } from "../../support/e2e/backfills.ts";
import { headOf, settledBucket } from "../../support/e2e/objects.ts";
import { story } from "../../support/e2e/story.ts";
import { withFaults } from "../../support/local-aws/faults.ts";

const e2e = story();
const { alice, sandbox } = e2e;
const all = { prefix: "", versions: "all", since: null, until: null } as const;

test("a backfill whose list fails for the moment is paused, resumed and ends; another one is cancelled", async () => {
  const { refOf, send, inState } = await backfills(e2e);
  const bucket = await settledBucket(e2e, "objrest");
  const ref = refOf(bucket);
  await alice.s3.send(new PutObjectCommand({ Bucket: bucket, Key: "a", Body: "a", ServerSideEncryption: "AES256" }));
  const failing = { kind: "error500", service: "s3", api: "ListObjectVersions", bucket } as const;
  await withFaults(sandbox.endpoint, [failing], async () => {
    await send(backfillStart(ref, "dana", all));
    await inState(bucket, "listing");
    await send(backfillMove(ref, "dana", "pause"));
    await inState(bucket, "paused");
  });
  await send(backfillMove(ref, "dana", "resume"));
  expect(await inState(bucket, "done")).toMatchObject({ listed: 1, batches: 1, counts: { outcomes: { changed: 1 } } });
  expect(await headOf(alice, bucket, "a")).toMatchObject({ SSEKMSKeyId: sandbox.keyArn });

  await withFaults(sandbox.endpoint, [failing], async () => {
    await send(backfillStart(ref, "dana", all));
    await inState(bucket, "listing");
    await send(backfillMove(ref, "dana", "cancel"));
    await inState(bucket, "cancelled");
  });
});
