import { readState, saveState } from "#aws/ledger/bucket-state";
import { readResumed } from "#aws/ledger/resumed";
import { putBucketEncryption } from "#aws/s3/bucket-encryption";
import type { Ports } from "#core/bucket/ports";
import { isOwn } from "#core/event/actor";
import { type StandingClients, standing } from "../policy/standing.ts";
import { bucketReader, type ReaderClients } from "../reader/bucket.ts";
import type { Clock } from "../runtime/clock.ts";
import { writePermit } from "../runtime/write-permit.ts";
import type { BucketEnvironment } from "./environment.ts";

/** Everything `reconcile` needs, on real AWS clients. */
export function bucketPorts(
  clients: ReaderClients & StandingClients,
  settings: BucketEnvironment,
  clock: Clock,
): Ports {
  const { s3, dynamodb } = clients;
  const ledger = { dynamodb, table: settings.LEDGER_TABLE };
  const held = standing(clients, settings, clock);
  return {
    ...clock,
    ...held,
    reader: bucketReader(clients, ledger, settings.OWN_SESSION_PREFIX, clock.now),
    writer: {
      put: async (ref, wanted, isCurrent) => {
        const permit = await writePermit({ paused: held.paused, now: clock.now });
        if (isCurrent !== undefined && !(await isCurrent())) return { kind: "superseded" };
        return putBucketEncryption(s3, ref, wanted, permit);
      },
    },
    ledger: {
      read: (ref) => readState(ledger, ref),
      save: (ref, state, entry = null) =>
        saveState(ledger, ref, state, entry === null ? null : { entry, days: settings.HISTORY_DAYS }),
    },
    resumed: (ref) => readResumed(ledger, ref),
    role: settings.OWN_ROLE_ARN,
    isOwn: (trigger) => isOwn(trigger, settings.OWN_ROLE_ARN),
  };
}
