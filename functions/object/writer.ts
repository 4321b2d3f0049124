import { isOwnerEnforced } from "#aws/s3/bucket-ownership";
import { copyOntoItself } from "#aws/s3/object-copy";
import { type ObjectGrants, readGrants } from "#aws/s3/object-grants";
import { updateObjectEncryption } from "#aws/s3/object-update";
import type { Fact } from "#core/fact";
import type { ObjectRef } from "#core/names";
import type { ObjectWriter } from "#core/object/ports";
import type { Lanes } from "../lanes/lanes.ts";
import { checkDeadline } from "../queue/deadline.ts";
import { askOnce } from "../reader/cache.ts";
import type { ObjectClients } from "./clients.ts";

export interface ObjectWriterSettings {
  readonly clients: Pick<ObjectClients, "s3" | "objects" | "copies">;
  readonly updates: boolean;
  readonly copies: boolean;
  readonly lanes: Lanes;
  readonly now: () => number;
  /** Milliseconds since the epoch: nothing is written after it. */
  readonly deadline: number;
}

/** Writes the objects of one batch, until the function's time is up. */
export function objectWriter(settings: ObjectWriterSettings): ObjectWriter {
  const { clients, lanes, deadline, updates, copies } = settings;
  const enforced = askOnce<Fact<boolean>>();

  const inTime = async <T>(write: () => Promise<T>): Promise<T> => {
    checkDeadline(deadline, settings.now());
    return write();
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
      write: (object, _seen, wanted) =>
        lanes.run({ bucket: object.bucket.bucket, key: wanted.key, repeatable: true, deadline }, () =>
          inTime(() => updateObjectEncryption(clients.objects, object, wanted, { outsideAws: updates })),
        ),
    },
    copy: {
      isAvailable: copies,
      write: async (object, seen, wanted) => {
        const grants = await grantsOf(object);
        if (!grants.known) return { kind: "refused", error: grants.error };
        return lanes.run({ bucket: object.bucket.bucket, key: wanted.key, repeatable: false, deadline }, () =>
          inTime(() => copyOntoItself(clients.copies, object, seen, wanted, grants.value)),
        );
      },
    },
  };
}
