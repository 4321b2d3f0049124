import { Lanes } from "#aws/lanes/lanes";
import type { Table } from "#aws/table";
import type { GuardedReader } from "#core/guard/reader";
import { namedAlerts } from "../member/named-alerts.ts";
import { ownName } from "../member/own-name.ts";
import type { Org } from "../member/settings.ts";
import { type StandingPorts, standing } from "../policy/standing.ts";
import { bucketReader } from "../reader/bucket.ts";
import type { Clock } from "../runtime/clock.ts";
import { Windows } from "../windows/windows.ts";
import type { ObjectClients } from "./clients.ts";
import type { ObjectEnvironment } from "./environment.ts";
import type { Plane } from "./plane.ts";
import { RecentEvents } from "./recent-events.ts";

/** State that lives as long as the object function's instance. */
export interface ObjectShared extends StandingPorts, Pick<Clock, "now" | "newId"> {
  readonly clients: ObjectClients;
  readonly settings: ObjectEnvironment;
  readonly ledger: Table;
  /** Whether it works in a member account: its alerts' commands run beside the hub. */
  readonly isMember: boolean;
  readonly buckets: Omit<GuardedReader, "encryption">;
  readonly lanes: Lanes;
  readonly windows: Windows;
  /** Events whose signs of re-keying were counted. */
  readonly counted: RecentEvents;
}

/** The hub that a member's function works for, or the organization that the hub's own is in. */
interface Hub {
  readonly plane?: Plane | null;
  readonly org?: Org | null;
}

/**
 * Length in seconds of the window for re-keyed objects: they are counted until the alert is sent.
 */
const REKEY_SECONDS = 5;
/** The same for windows that say what was told lately. */
const FOLDED_SECONDS = 3_600;
/** Parallel calls to one bucket or under one key. */
const LANE = { width: 8, most: 24 };
/** Milliseconds for which it is known who may use a key. */
const FRESH = 10_000;

/**
 * Makes the state that the object function keeps between batches: caches, lanes, and the windows it
 * opened.
 */
export function objectShared(
  clients: ObjectClients,
  settings: ObjectEnvironment,
  clock: Clock,
  { plane = null, org = null }: Hub = {},
): ObjectShared {
  const { now, newId } = clock;
  const ledger = { dynamodb: clients.dynamodb, table: settings.LEDGER_TABLE };
  const held = standing(clients, settings, clock, plane === null);
  const isNamed = plane !== null || org !== null;
  return {
    ...held,
    publish: isNamed ? namedAlerts(held.publish, ownName(org, plane ?? {}, now), now) : held.publish,
    clients,
    settings,
    ledger,
    isMember: plane !== null,
    now,
    newId,
    buckets: bucketReader(
      {
        buckets: () => clients,
        keys: async (ref) => ({ kms: clients.kms, account: ref.account }),
        org: org?.settings ?? null,
        freshFor: FRESH,
        ...(plane === null ? {} : { organizations: plane }),
      },
      ledger,
      settings.OWN_SESSION_PREFIX,
      now,
    ),
    lanes: new Lanes({ ...LANE, ...clock }),
    counted: new RecentEvents(),
    windows: new Windows({
      ledger,
      sqs: clients.sqs,
      queueUrl: settings.QUEUE_URL,
      seconds: { WINDOW: settings.WINDOW_SECONDS, REKEY: REKEY_SECONDS, FOLDED: FOLDED_SECONDS },
      now,
      newId,
    }),
  };
}
