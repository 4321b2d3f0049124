import { fileURLToPath } from "node:url";
import {
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
  UpdateObjectEncryptionCommand,
} from "@aws-sdk/client-s3";
import type { BackfillCounts } from "#core/backfill/counts";
import { workLocally } from "../../cli/backfill-run/work-locally.ts";
import { openReader } from "../../cli/buckets/reader.ts";
import { openSession } from "../../cli/session/session.ts";
import { pauseGate } from "../../cli/stage/pause-gate.ts";
import { openPolicy } from "../../cli/stage/policy-source.ts";
import { startMeter } from "../../cli/terminal/meter.ts";
import { openOutput } from "../../cli/terminal/output.ts";
import type { Stage } from "../stage/stage.ts";

/** Parallel calls of both. */
export const WIDTH = 16;

/** A pass over a bucket's existing objects; returns what became of them. */
export type Pass = (bucket: string) => Promise<BackfillCounts>;

/** `bucketseal backfill --local --apply --yes` in this process, with dana's rights. */
export async function backfillHere({ sandbox }: Stage): Promise<Pass> {
  const { endpoint, region, account, credentials } = sandbox;
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION: "on",
  });
  const session = await openSession({ region, "endpoint-url": endpoint });
  const out = openOutput({ json: true, color: false });
  const source = await openPolicy(session, { _: [], color: false, policy: POLICY } as never, out);
  return async (bucket) => {
    const reader = openReader(session, source.deployment);
    const gate = pauseGate(session, source.deployment);
    const selection = { prefix: "", versions: "current", since: null, until: null } as const;
    const { counts } = await workLocally(
      { session, source, reader, gate, concurrency: WIDTH },
      { partition: "aws", account, region, bucket },
      {
        selection,
        startAfter: null,
        total: null,
        rate: null,
        meter: startMeter("", out),
        isStopped: () => false,
      },
    );
    return counts;
  };
}

/**
 * A bare client that lists, looks, updates and looks again, with the same rights and parallelism.
 * It judges and guards nothing.
 */
export function bareBackfill({ ci, sandbox }: Stage): (bucket: string) => Promise<void> {
  const SSEKMS = { KMSKeyArn: sandbox.keyArn, BucketKeyEnabled: true };
  const look = async (Bucket: string, { Key, VersionId }: ObjectVersion) => {
    const name = { Bucket, Key, VersionId };
    const head = await ci.send(new HeadObjectCommand(name));
    if (head.SSEKMSKeyId === sandbox.keyArn && head.BucketKeyEnabled === true) return;
    await ci.send(new UpdateObjectEncryptionCommand({ ...name, ObjectEncryption: { SSEKMS } }));
    await ci.send(new HeadObjectCommand(name));
  };
  return async (Bucket) => {
    let marker: object | null = {};
    while (marker !== null) {
      const page: Awaited<ReturnType<typeof list>> = await list(Bucket, marker);
      const rest = (page.Versions ?? []).values();
      const worker = async () => {
        for (const version of rest) await look(Bucket, version);
      };
      await Promise.all(Array.from({ length: WIDTH }, worker));
      const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
      marker = page.IsTruncated ? { KeyMarker, VersionIdMarker } : null;
    }
  };

  function list(Bucket: string, from: object) {
    return ci.send(new ListObjectVersionsCommand({ Bucket, ...from }));
  }
}

// --- internal ---

const POLICY = fileURLToPath(new URL("../policy.yaml", import.meta.url));
