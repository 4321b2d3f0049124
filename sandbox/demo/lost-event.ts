import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { DeleteBucketEncryptionCommand, GetBucketEncryptionCommand } from "@aws-sdk/client-s3";
import { bucketAlert } from "./alerts.ts";
import type { Scene, Seen } from "./scene.ts";

const BUCKET = "orders-2026";

/** Fifth scene: an event is lost, a sweep finds what nobody told, and the history remembers. */
export async function demoLostEvent(scene: Scene): Promise<Pick<Seen, "swept">> {
  const { sandbox, say } = scene;

  say.act("alice", `deletes the encryption of ${BUCKET}, and the event never arrives`);
  const faults = `${sandbox.endpoint}/_bucketseal/faults`;
  const lost = [{ kind: "eventLost", api: "DeleteBucketEncryption", bucket: BUCKET }];
  await fetch(faults, { method: "PUT", body: JSON.stringify(lost) });
  await scene.alice.s3.send(new DeleteBucketEncryptionCommand({ Bucket: BUCKET }));
  say.seen(`nobody was told: the bucket is ${await algorithm(scene)}`);
  await fetch(faults, { method: "DELETE" });

  say.act("dana", "runs bucketseal sweep, which otherwise happens once a day");
  say.quote(await bucketseal(scene, "sweep"));
  await bucketAlert(scene, BUCKET, 2, "changed");
  const now = await algorithm(scene);
  if (now !== "aws:kms") throw new Error(`the sweep ended, but the bucket is ${now}`);
  say.seen(`repaired: the bucket is ${now} again`);

  say.act("dana", `asks what happened to it: bucketseal history ${BUCKET}`);
  say.quote(await bucketseal(scene, "history", BUCKET));
  return { swept: 1 };
}

// --- internal ---

const root = fileURLToPath(new URL("../..", import.meta.url));

async function algorithm({ alice }: Scene): Promise<string> {
  const answer = await alice.s3.send(new GetBucketEncryptionCommand({ Bucket: BUCKET }));
  const [rule] = answer.ServerSideEncryptionConfiguration?.Rules ?? [];
  return rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? "not encrypted";
}

/**
 * What the CLI prints for dana. It exits with 2 if some buckets are held, as the first one here is.
 */
function bucketseal({ sandbox, signal }: Scene, ...args: readonly string[]): Promise<string> {
  const { accessKeyId, secretAccessKey } = sandbox.credentials;
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_REGION: sandbox.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const argv = ["cli/main.ts", ...args, "--stage", sandbox.stage];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, argv, { cwd: root, env, signal }, (error, stdout) =>
      error === null || error.code === 2 ? resolve(stdout) : reject(error),
    );
  });
}
