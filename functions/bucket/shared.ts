import { sendLater } from "#aws/sqs/queue";
import type { Table } from "#aws/table";
import type { Ports } from "#core/bucket/ports";
import type { Work } from "#core/bucket/work";
import type { Plan } from "#core/decide/plan";
import { Brake } from "../lanes/brake.ts";
import { accountNames } from "../member/account-names.ts";
import { type Members, members } from "../member/members.ts";
import { namedAlerts } from "../member/named-alerts.ts";
import type { Org } from "../member/settings.ts";
import { notificationDuty } from "../notifications/duty.ts";
import type { DutySettings } from "../notifications/look.ts";
import { standing } from "../policy/standing.ts";
import { nextHop } from "../queue/hops.ts";
import type { LoopClients } from "../runtime/clients.ts";
import type { Clock } from "../runtime/clock.ts";
import type { BucketEnvironment } from "./environment.ts";
import { plainLook } from "./message.ts";
import { bucketPorts } from "./ports.ts";
import { RecentLooks } from "./recent-looks.ts";

/** State that lives as long as the bucket function's instance. */
export interface BucketShared {
  readonly clients: LoopClients;
  readonly settings: BucketEnvironment;
  readonly ports: Ports;
  /** The accounts and Regions that are looked after. */
  readonly members: Pick<Members, "scope" | "enter" | "refuse">;
  readonly recent: RecentLooks;
  /** Leaves accounts alone in which calls fail for the moment; of the lane's looks only. */
  readonly brake: Brake;
  /** Runs after each look that came to a result. */
  readonly duty: (work: Work, plan: Plan) => Promise<void>;
}

/**
 * Makes the state that the bucket function keeps between batches.
 * @param org - the organization that it is the hub of, with its sessions there
 */
export function bucketShared(
  clients: LoopClients,
  settings: BucketEnvironment,
  clock: Clock,
  { org, sessions }: Pick<Parameters<typeof members>[0], "org" | "sessions"> = { org: null, sessions: null },
): BucketShared {
  const ledger = { dynamodb: clients.dynamodb, table: settings.LEDGER_TABLE };
  const alone = standing(clients, settings, clock);
  const held = org === null ? alone : { ...alone, publish: named(alone.publish, ledger, org, clock) };
  const places = members({
    own: clients,
    ownRole: settings.OWN_ROLE_ARN,
    home: { account: settings.ACCOUNT_ID, region: settings.AWS_REGION },
    org,
    sessions,
    ledger,
    publish: held.publish,
    now: clock.now,
  });
  const ports = bucketPorts(places, held, { ledger, sqs: clients.sqs }, settings, clock);
  const lookAgain: DutySettings["lookAgain"] = async ({ ref, hops }, seconds) => {
    const next = nextHop(hops, "events that somebody switched off again");
    await sendLater(clients.sqs, settings.QUEUE_URL, plainLook(ref), seconds, next);
  };
  const manages = settings.MANAGE_NOTIFICATIONS === "on";
  return {
    clients,
    settings,
    ports,
    members: places,
    recent: new RecentLooks(clock.now),
    brake: new Brake(clock.now),
    duty: notificationDuty({ clients: places.clients, ledger, ports, manages, lookAgain }),
  };
}

// --- internal ---

function named(publish: Ports["publish"], ledger: Table, { settings }: Org, { now }: Clock): Ports["publish"] {
  return namedAlerts(publish, accountNames(ledger, settings), now);
}
