import {
  CreateBucketCommand,
  GetBucketEncryptionCommand,
  PutBucketReplicationCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { bucketAlert } from "./alerts.ts";
import type { Scene, Seen } from "./scene.ts";

const BUCKET = "contracts-2026";
const COPY = "contracts-copy";

/** Second scene: a repair would stop a bucket's replication, so it is held back. */
export async function demoHarm(scene: Scene): Promise<Pick<Seen, "held">> {
  const { sandbox, say } = scene;
  const { s3 } = scene.ci;

  say.act("ci", `creates ${BUCKET}, which replicates to ${COPY} by a rule that leaves out objects under KMS keys`);
  for (const Bucket of [COPY, BUCKET]) {
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  }
  const rule = {
    ID: "everything",
    Status: "Enabled",
    Priority: 1,
    Filter: { Prefix: "" },
    DeleteMarkerReplication: { Status: "Disabled" },
    Destination: { Bucket: `arn:aws:s3:::${COPY}` },
  } as const;
  const Role = `arn:aws:iam::${sandbox.account}:role/replicator`;
  const ReplicationConfiguration = { Role, Rules: [rule] };
  await s3.send(new PutBucketReplicationCommand({ Bucket: BUCKET, ReplicationConfiguration }));

  const held = await bucketAlert(scene, BUCKET, 1, "held");
  const { ServerSideEncryptionConfiguration: now } = await s3.send(new GetBucketEncryptionCommand({ Bucket: BUCKET }));
  const algorithm = now?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm;
  if (algorithm !== "AES256") throw new Error(`the repair was to be held back, but the bucket is ${algorithm}`);
  say.seen(`held back: ${held.reasons.at(-1) ?? ""}`);
  say.note(held.next[0] ?? "");
  say.seen("the bucket is still AES256, and new contracts still arrive in the copy");
  return { held: 1 };
}
