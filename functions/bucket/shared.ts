import { sendLater } from "#aws/sqs/queue";
import type { Ports } from "#core/bucket/ports";
import type { Work } from "#core/bucket/work";
import type { Plan } from "#core/decide/plan";
import { notificationDuty } from "../notifications/duty.ts";
import type { DutySettings } from "../notifications/look.ts";
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
  readonly recent: RecentLooks;
  /** Runs after each look that came to a result. */
  readonly duty: (work: Work, plan: Plan) => Promise<void>;
}

/** Makes the state that the bucket function keeps between batches. */
export function bucketShared(clients: LoopClients, settings: BucketEnvironment, clock: Clock): BucketShared {
  const ports = bucketPorts(clients, settings, clock);
  const ledger = { dynamodb: clients.dynamodb, table: settings.LEDGER_TABLE };
  const lookAgain: DutySettings["lookAgain"] = async ({ ref, hops }, seconds) => {
    const next = nextHop(hops, "events that somebody switched off again");
    await sendLater(clients.sqs, settings.QUEUE_URL, plainLook(ref), seconds, next);
  };
  const manages = settings.MANAGE_NOTIFICATIONS === "on";
  return {
    clients,
    settings,
    ports,
    recent: new RecentLooks(clock.now),
    duty: notificationDuty({ s3: clients.s3, ledger, ports, manages, lookAgain }),
  };
}
