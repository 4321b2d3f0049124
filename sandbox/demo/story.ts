import { KMSClient } from "@aws-sdk/client-kms";
import { S3Client } from "@aws-sdk/client-s3";
import { openInbox } from "../inbox.ts";
import type { SandboxOutputs } from "../outputs.ts";
import type { UserKeys } from "../seed.ts";
import { demoBucket } from "./bucket.ts";
import { demoDriftWindow } from "./drift-window.ts";
import { demoHarm } from "./harm.ts";
import { demoLostEvent } from "./lost-event.ts";
import type { Narrator } from "./narrator.ts";
import { demoObjects } from "./objects.ts";
import type { Person, Scene, Seen } from "./scene.ts";

/** Runs all scenes; throws at the first expectation that is not met. */
export async function demoStory(sandbox: SandboxOutputs, say: Narrator, signal: AbortSignal): Promise<Seen> {
  const as = ({ ...credentials }: UserKeys): Person => {
    const config = { endpoint: sandbox.endpoint, region: sandbox.region, credentials };
    return { s3: new S3Client(config), kms: new KMSClient(config) };
  };
  const inbox = await openInbox(sandbox);
  const scene: Scene = { sandbox, inbox, say, signal, alice: as(sandbox.users.alice), ci: as(sandbox.users.ci) };
  say.title(
    "Deployed with sst deploy, IAM enforced: EventBridge rules, queues, five Lambda functions, two tables, an SNS topic.",
  );
  say.note("the policy declares: aws:kms under alias/s3-default, bucket key on, SSE-C blocked");
  const buckets = await demoBucket(scene);
  say.title("A repair that would break what uses the bucket is worse than none.");
  const harm = await demoHarm(scene);
  say.title("A bucket's default is one thing; objects written with their own encryption headers are another.");
  const objects = await demoObjects(scene);
  say.title("A default that was weaker for a moment leaves objects behind.");
  const windows = await demoDriftWindow(scene);
  say.title("Events are delivered on a best-effort basis: what was lost, the daily sweep finds.");
  const sweep = await demoLostEvent(scene);
  return { ...buckets, held: buckets.held + harm.held, ...objects, ...windows, ...sweep };
}
