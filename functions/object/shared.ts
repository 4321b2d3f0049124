import { publishAlert } from "#aws/sns/publish-alert";
import type { Table } from "#aws/table";
import type { Ports } from "#core/bucket/ports";
import type { BucketReader } from "#core/decide/reader";
import type { Fact } from "#core/fact";
import type { PolicyInForce } from "#core/match/in-force";
import { Lanes } from "../lanes/lanes.ts";
import { policySource } from "../policy/in-force.ts";
import { refusedPolicy } from "../policy/refused.ts";
import { bucketReader } from "../reader/bucket.ts";
import { Cache } from "../reader/cache.ts";
import type { ObjectClients } from "./clients.ts";
import type { ObjectEnvironment } from "./environment.ts";
import { Told } from "./recent-events.ts";
import { Windows } from "./windows.ts";

/** Milliseconds for which the pause switch is not asked for again: it stops and starts all writes within ten seconds. */
const PAUSE_AGE = 5_000;
/** Seconds for which objects that somebody re-keyed are counted before somebody is told. */
const REKEY_SECONDS = 5;
/** Calls side by side to one bucket or under one key. */
const LANE = { width: 8, most: 24 };

/** Makes what the object function keeps between batches: caches, what its lanes learned, and which windows it opened. */
export function objectShared(
  clients: ObjectClients,
  settings: ObjectEnvironment,
  clock: Pick<Ports, "now" | "sleep" | "newId">,
): ObjectShared {
  const { now, newId } = clock;
  const { dynamodb, sqs, sns } = clients;
  const ledger = { dynamodb, table: settings.LEDGER_TABLE };
  const policies = { dynamodb, table: settings.POLICY_TABLE };
  const publish: Ports["publish"] = (alert) => publishAlert(sns, settings.TOPIC_ARN, alert);
  return {
    clients,
    ledger,
    settings,
    now,
    newId,
    publish,
    buckets: bucketReader(clients, ledger, settings.OWN_SESSION_PREFIX, now),
    policy: policySource(policies, now, refusedPolicy(ledger, settings, publish, clock)),
    paused: new Cache<Fact<string | null>>(PAUSE_AGE, now),
    lanes: new Lanes({ ...LANE, ...clock }),
    told: new Told(),
    windows: new Windows({
      ledger,
      sqs,
      queueUrl: settings.QUEUE_URL,
      seconds: { WINDOW: settings.WINDOW_SECONDS, REKEY: REKEY_SECONDS },
      now,
      newId,
    }),
  };
}

/** What lives as long as the function does. */
export interface ObjectShared {
  readonly clients: ObjectClients;
  readonly ledger: Table;
  readonly settings: ObjectEnvironment;
  readonly buckets: Omit<BucketReader, "encryption">;
  readonly policy: () => Promise<PolicyInForce>;
  readonly paused: Cache<Fact<string | null>>;
  readonly publish: Ports["publish"];
  readonly lanes: Lanes;
  readonly windows: Windows;
  /** Events whose signs of re-keying were counted. */
  readonly told: Told;
  readonly now: () => number;
  readonly newId: () => string;
}
