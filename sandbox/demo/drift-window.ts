import {
  CreateBucketCommand,
  DeleteBucketEncryptionCommand,
  GetBucketEncryptionCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { alertText } from "#core/alert/text";
import { bucketAlert, objectAlerts, until } from "./alerts.ts";
import type { Scene, Seen } from "./scene.ts";

const BUCKET = "reports-2026";
const KEYS = ["q1.csv", "q2.csv", "q3.csv"];

/** Fourth scene: what was written while a bucket's default was weaker is repaired by itself. */
export async function demoDriftWindow(scene: Scene): Promise<Pick<Seen, "windows">> {
  const { sandbox, say } = scene;

  say.act("ci", `creates ${BUCKET}; its rule says objects: { atRest: enforce, closeDriftWindows: true }`);
  await scene.ci.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
  await bucketAlert(scene, BUCKET, 1, "changed");

  say.act("alice", `deletes its encryption and uploads ${KEYS.length} reports before anybody can repair it`);
  await writtenMeanwhile(scene);
  say.seen(`the reports are AES256, as was the bucket when they were written`);

  const alerts = await objectAlerts(scene, BUCKET, "that the drift window was closed", (found) =>
    found.some(({ backfill }) => backfill?.windows !== undefined),
  );
  const closed = alerts.find(({ backfill }) => backfill?.windows !== undefined);
  if (closed === undefined) throw new Error("nobody told of the drift window");
  say.note("the bucket is repaired, and the time in between becomes a backfill by itself");
  say.quote(alertText(closed));
  for (const key of KEYS) {
    await until(scene, `that ${key} is under the declared key`, async () =>
      (await keyOf(scene, key)) === sandbox.keyArn ? true : undefined,
    );
  }
  say.seen(`the drift window is closed: all ${KEYS.length} reports are under …/${sandbox.keyArn.split("/").at(-1)}`);
  return { windows: 1 };
}

// --- internal ---

/** The repair may be faster than the uploads; then it is all done again. */
async function writtenMeanwhile(scene: Scene): Promise<void> {
  const { s3 } = scene.alice;
  for (let round = 0; round < 10; round++) {
    await s3.send(new DeleteBucketEncryptionCommand({ Bucket: BUCKET }));
    await Promise.all(KEYS.map((Key) => s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: `of ${Key}` }))));
    const keys = await Promise.all(KEYS.map((key) => keyOf(scene, key)));
    if (keys.every((key) => key === undefined)) return;
    await until(scene, "that the bucket was repaired", async () => {
      const { ServerSideEncryptionConfiguration: now } = await s3.send(
        new GetBucketEncryptionCommand({ Bucket: BUCKET }),
      );
      return now?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm === "AES256" ? undefined : true;
    });
  }
  throw new Error("every repair was faster than the uploads");
}

/** The KMS key that an object is under; `undefined`: none. */
async function keyOf({ alice }: Scene, Key: string): Promise<string | undefined> {
  return (await alice.s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key }))).SSEKMSKeyId;
}
