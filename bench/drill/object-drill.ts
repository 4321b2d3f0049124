import { setTimeout as sleep } from "node:timers/promises";
import { PutBucketOwnershipControlsCommand, PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { readCalls } from "../../test/support/local-aws/call-log.ts";
import type { LoggedCall } from "../../test/support/local-aws/local-aws.ts";
import { keysOf, objectBucket, writeObjects } from "../stage/object-stage.ts";
import type { Stage } from "../stage/stage.ts";
import { functionLog, type LogShare } from "./function-log.ts";
import { isPolling } from "./logged-calls.ts";

/** Object writes that make the function end with one outcome. */
export interface Writes {
  readonly what: string;
  /** The prefix of the bucket's name, which `bench/policy.yaml` matches. */
  readonly prefix: string;
  readonly source: "S3's events" | "data events";
  /** The encryption the caller asks for; if left out, the bucket's default applies. */
  readonly encryption?: "AES256";
  readonly bucket?: "versioned" | "versioned, with ACLs";
}

/** The function's response to one group of writes. */
export interface Burst extends LogShare {
  readonly writes: Writes;
  readonly objects: number;
  /** Without Lambda's own polling. */
  readonly calls: readonly LoggedCall[];
}

/** Creates the bucket for some writes and waits until no look at it is left to do. */
export async function bucketFor(stage: Stage, { prefix, bucket }: Writes, name: string): Promise<string> {
  const Bucket = await objectBucket(stage, `${prefix}-${name}`);
  if (bucket !== undefined) {
    const VersioningConfiguration = { Status: "Enabled" as const };
    await stage.ci.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
  }
  if (bucket === "versioned, with ACLs") {
    const OwnershipControls = { Rules: [{ ObjectOwnership: "BucketOwnerPreferred" as const }] };
    await stage.ci.send(new PutBucketOwnershipControlsCommand({ Bucket, OwnershipControls }));
  }
  return Bucket;
}

/**
 * Writes this many objects into each bucket at the beginning of a window, then waits until the
 * function is done with them: the looks, the events of its own writes, and the window's alert where
 * there is one.
 */
export async function burst(
  stage: Stage,
  buckets: readonly (readonly [Writes, string])[],
  objects: number,
): Promise<Burst[]> {
  await sleep(WINDOW_MS - (Date.now() % WINDOW_MS));
  const begun = Date.now();
  const from = (await callsOf(stage)).length;
  await Promise.all(
    buckets.map(([{ encryption }, bucket]) => writeObjects(stage, bucket, keysOf(objects), encryption)),
  );
  await sleep(ENOUGH_MS);
  const calls = (await callsOf(stage)).slice(from);
  const logged = await functionLog(stage.sandbox, stage.sandbox.functions.object, begun);
  return buckets.map(([writes, bucket]) => {
    const mine = buckets.length === 1 ? calls : calls.filter((call) => call.bucket === bucket);
    return { writes, objects, calls: mine, ...logged };
  });
}

// --- internal ---

/** The sandbox's window, the grace after it, the batching window, and some time to work. */
const WINDOW_MS = 5_000;
const ENOUGH_MS = WINDOW_MS + 2_000 + 1_000 + 4_000;

async function callsOf({ sandbox }: Stage): Promise<LoggedCall[]> {
  const { object } = sandbox.functions;
  return (await readCalls(sandbox.callLog, object)).filter((call) => call.function === object && !isPolling(call));
}
