import type { SQSClient } from "@aws-sdk/client-sqs";
import { readState, saveState } from "#aws/ledger/bucket-state";
import { readResumed } from "#aws/ledger/resumed";
import { putBucketEncryption } from "#aws/s3/bucket-encryption";
import type { Table } from "#aws/table";
import { writePermit } from "#aws/write-permit";
import type { Ports } from "#core/bucket/ports";
import { isOwn } from "#core/event/actor";
import type { Members } from "../member/members.ts";
import type { StandingPorts } from "../policy/standing.ts";
import { bucketReader } from "../reader/bucket.ts";
import type { Clock } from "../runtime/clock.ts";
import type { BucketEnvironment } from "./environment.ts";
import { windowBackfills } from "./window-backfills.ts";

/** Everything `reconcile` needs, on real AWS clients. */
export function bucketPorts(
  members: Pick<Members, "clients" | "keys" | "isMember" | "roleIn" | "settings">,
  held: StandingPorts,
  { ledger, sqs }: { readonly ledger: Table; readonly sqs: SQSClient },
  settings: BucketEnvironment,
  clock: Clock,
): Ports {
  const { clients, keys, isMember, roleIn, settings: org } = members;
  const backfills = windowBackfills(sqs, settings, clock.now);
  return {
    ...clock,
    ...held,
    reader: bucketReader({ buckets: clients, keys, org }, ledger, settings.OWN_SESSION_PREFIX, clock.now),
    writer: {
      put: async (ref, wanted, isCurrent) => {
        const permit = await writePermit({ paused: held.paused, now: clock.now });
        if (isCurrent !== undefined && !(await isCurrent())) return { kind: "superseded" };
        return putBucketEncryption(clients(ref).s3, ref, wanted, permit);
      },
    },
    ledger: {
      read: (ref) => readState(ledger, ref),
      save: (ref, state, entry = null) =>
        saveState(ledger, ref, state, entry === null ? null : { entry, days: settings.HISTORY_DAYS }),
    },
    ...(backfills === null ? {} : { backfills }),
    resumed: (ref) => readResumed(ledger, ref),
    isMember,
    role: roleIn,
    isOwn: (trigger, ref) => isOwn(trigger, roleIn(ref)),
  };
}
