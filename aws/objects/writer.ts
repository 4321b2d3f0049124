import type { S3Client } from "@aws-sdk/client-s3";
import { copyInParts } from "#aws/copies/copy-in-parts";
import type { UploadTurns } from "#aws/copies/turns";
import { checkDeadline } from "#aws/deadline";
import type { Lanes } from "#aws/lanes/lanes";
import { askOnce } from "#aws/once/cache";
import { isOwnerEnforced } from "#aws/s3/bucket-ownership";
import { copyOntoItself } from "#aws/s3/object-copy";
import { type ObjectGrants, readGrants } from "#aws/s3/object-grants";
import { headObject } from "#aws/s3/object-head";
import { updateObjectEncryption } from "#aws/s3/object-update";
import type { WritePermit } from "#aws/s3/send-once";
import { writePermit } from "#aws/write-permit";
import type { ObjectFacts } from "#core/decide/object/facts";
import { sameLook } from "#core/decide/object/same";
import type { WantedObjectEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { ObjectRef } from "#core/names";
import type { ObjectPorts, ObjectWrite, ObjectWriter } from "#core/object/ports";

export interface ObjectWriterSettings {
  readonly clients: {
    readonly s3: S3Client;
    /** Without retries of its own: the lanes retry. */
    readonly objects: S3Client;
  };
  readonly updates: boolean;
  /** Whether updates may go to a store outside AWS; absent: wherever updates may. */
  readonly outsideAws?: boolean;
  readonly copies: boolean;
  /** Turns at objects that are copied in parts; `null`: none is. */
  readonly parts: UploadTurns | null;
  readonly lanes: Lanes;
  readonly now: () => number;
  readonly paused: ObjectPorts["paused"];
  /** Milliseconds since the epoch: nothing is written after it. */
  readonly deadline: number;
}

/** Writes the objects of one batch, until its time is up. */
export function objectWriter(settings: ObjectWriterSettings): ObjectWriter {
  const { clients, lanes, deadline, updates, outsideAws = updates, copies, parts, now } = settings;
  const enforced = askOnce<Fact<boolean>>();

  /**
   * One write in its lane, sent once for each look: what had to wait for its turn, or was
   * throttled, is looked at again before it is sent.
   */
  const write = (
    object: ObjectRef,
    seen: ObjectFacts,
    { key }: WantedObjectEncryption,
    send: (permit: WritePermit) => Promise<ObjectWrite>,
  ): Promise<ObjectWrite> => {
    let goodUntil = now() + LOOK_AGE;
    return lanes.run({ bucket: object.bucket.bucket, key, repeatable: false, deadline }, async () => {
      checkDeadline(deadline, now());
      if (now() > goodUntil && !(await isAsSeen(object, seen))) return MOVED;
      goodUntil = 0;
      const permit = await writePermit(settings);
      return send({ ...permit, sendBy: Math.min(permit.sendBy, deadline) });
    });
  };

  const isAsSeen = async (object: ObjectRef, seen: ObjectFacts): Promise<boolean> => {
    const head = await headObject(clients.objects, object);
    return head.known && head.value !== null && sameLook(seen, head.value);
  };

  const grantsOf = async (object: ObjectRef): Promise<Fact<ObjectGrants>> => {
    const { bucket } = object;
    const withoutAcls = await enforced(bucket.bucket, () => isOwnerEnforced(clients.s3, bucket));
    if (!withoutAcls.known) return withoutAcls;
    if (withoutAcls.value) return { known: true, value: {} };
    return lanes.run({ bucket: bucket.bucket, repeatable: true, deadline }, () => readGrants(clients.objects, object));
  };

  return {
    update: {
      isAvailable: updates,
      write: (object, seen, wanted) =>
        write(object, seen, wanted, (permit) =>
          updateObjectEncryption(clients.objects, object, wanted, { outsideAws, permit }),
        ),
    },
    copy: {
      isAvailable: copies,
      write: async (object, seen, wanted) => {
        const grants = await grantsOf(object);
        if (!grants.known) return { kind: "refused", error: grants.error };
        return write(object, seen, wanted, (permit) =>
          copyOntoItself(clients.objects, object, seen, wanted, grants.value, permit),
        );
      },
    },
    copyLarge: {
      isAvailable: copies && parts !== null,
      write: async (object, seen, wanted) => {
        if (parts === null) throw new Error("no copy in parts may be made here");
        const { paused } = settings;
        const tools = { s3: clients.objects, lanes, now, paused, deadline, turns: parts };
        return copyInParts(tools, object, { seen, wanted, grants: () => grantsOf(object) });
      },
    },
  };
}

// --- internal ---

/** Milliseconds after which the look that a write rests on is too old. */
const LOOK_AGE = 5_000;

const MOVED: ObjectWrite = {
  kind: "moved",
  error: { name: "Changed", message: "it changed while its write waited for its turn" },
};
