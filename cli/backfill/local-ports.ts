import { setTimeout as sleep } from "node:timers/promises";
import { turnsHere } from "#aws/copies/turns";
import { Lanes } from "#aws/lanes/lanes";
import { readAlarm } from "#aws/ledger/integrity-alarms";
import { objectReader } from "#aws/objects/reader";
import { objectWriter } from "#aws/objects/writer";
import { Cache } from "#aws/once/cache";
import { isAwsHost } from "#aws/s3/aws-host";
import type { Fact } from "#core/fact";
import type { GuardedReader } from "#core/guard/reader";
import type { BucketRef } from "#core/names";
import type { ObjectPorts } from "#core/object/ports";
import type { Session } from "../session/session.ts";
import type { PauseGate } from "../stage/pause-gate.ts";
import type { PolicySource } from "../stage/policy-source.ts";

export interface LocalSettings {
  readonly session: Session;
  readonly source: PolicySource;
  readonly reader: GuardedReader;
  readonly gate: PauseGate;
  /** Parallel calls to a bucket. */
  readonly concurrency: number;
}

/**
 * What the loop for an object needs, with the caller's rights. Each call returns the ports for one
 * object: facts about its bucket and keys are shared for half a minute, so that none is older than
 * in a function's batch.
 */
export function localPorts(settings: LocalSettings, ref: BucketRef): () => ObjectPorts {
  const { session, source, reader, gate, concurrency } = settings;
  const [s3, objects] = [session.s3(ref.region), session.objects(ref.region)];
  const now = Date.now;
  const width = Math.min(FIRST_WIDTH, concurrency);
  const lanes = new Lanes({ width, most: concurrency, now, sleep });
  const paused: ObjectPorts["paused"] = async () => ({ known: true, value: await gate(ref.region) });
  const alarms = new Cache<Fact<string | null>>(ALARM_AGE, now);
  let raised: string | null = null;
  let fresh = { until: 0, reader: null as ReturnType<typeof objectReader> | null };
  const objectReads = () => {
    if (fresh.reader === null || now() > fresh.until) {
      const deadline = now() + LONGEST;
      const each = { buckets: reader, s3, objects, parts, lanes, deadline, startBy: deadline, now };
      fresh = { until: now() + FRESH, reader: objectReader(each) };
    }
    return fresh.reader as ReturnType<typeof objectReader>;
  };
  const outsideAws = process.env.BUCKETSEAL_UPDATE_OBJECT_ENCRYPTION === "on";
  const updates = outsideAws || session.endpoint === null || isAwsHost(new URL(session.endpoint).hostname);
  const may = { updates, outsideAws, copies: true };
  const clients = { s3, objects };
  const parts = turnsHere();
  const inForce = { policy: source.compiled, version: 0, observeOnly: null };
  return () => {
    let written = 0;
    return {
      now,
      reader: objectReads(),
      writer: objectWriter({ clients, lanes, now, paused, parts, ...may, deadline: now() + LONGEST }),
      policy: async () => inForce,
      paused,
      alarm: async () => {
        if (raised !== null) return { known: true, value: raised };
        if (source.deployment === null) return { known: true, value: null };
        const ledger = { dynamodb: await session.dynamodb(), table: source.deployment.ledgerTable };
        return alarms.get(ref.bucket, () => readAlarm(ledger, ref));
      },
      raiseAlarm: async ({ key }, what) => {
        raised = `${key}: ${what}`;
      },
      countCopy: async () => ++written,
      uncountCopy: async () => void written--,
      intend: async () => undefined,
    };
  };
}

// --- internal ---

/** Parallel calls at first; the lane grows while they go well. */
const FIRST_WIDTH = 8;
/** Milliseconds for which a bucket's facts are shared. */
const FRESH = 30_000;
const ALARM_AGE = 5_000;
/** Milliseconds: a day, for nothing here ends by itself. */
const LONGEST = 86_400_000;
