import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { readState, saveState } from "#aws/ledger/bucket-state";
import { putBucketEncryption } from "#aws/s3/bucket-encryption";
import { publishAlert } from "#aws/sns/publish-alert";
import { readPause } from "#aws/ssm/pause";
import type { Ports } from "#core/bucket/ports";
import { isOwn } from "#core/event/actor";
import type { Fact } from "#core/fact";
import { policySource } from "../policy/in-force.ts";
import { refusedPolicy } from "../policy/refused.ts";
import { bucketReader, type ReaderClients } from "../reader/bucket.ts";
import { Cache } from "../reader/cache.ts";
import type { Environment } from "../runtime/environment.ts";

export interface BucketClients extends ReaderClients {
  readonly dynamodb: DynamoDBClient;
  readonly sns: SNSClient;
  readonly ssm: SSMClient;
}

export type Clock = Pick<Ports, "now" | "sleep" | "newId">;

/** Milliseconds for which the pause switch is not asked for again: it stops and starts all writes within ten seconds. */
const PAUSE_AGE = 5_000;

/** Everything `reconcile` needs, on real AWS clients. */
export function bucketPorts(clients: BucketClients, settings: Environment, clock: Clock): Ports {
  const { now } = clock;
  const paused = new Cache<Fact<string | null>>(PAUSE_AGE, now);
  const publish: Ports["publish"] = (alert) => publishAlert(clients.sns, settings.TOPIC_ARN, alert);
  const { dynamodb } = clients;
  const ledger = { dynamodb, table: settings.LEDGER_TABLE };
  const refused = refusedPolicy(ledger, settings, publish, clock);
  return {
    ...clock,
    reader: bucketReader(clients, ledger, settings.OWN_SESSION_PREFIX, now),
    writer: { put: (ref, wanted) => putBucketEncryption(clients.s3, ref, wanted) },
    ledger: {
      read: (ref) => readState(ledger, ref),
      save: (ref, state) => saveState(ledger, ref, state),
    },
    policy: policySource({ dynamodb, table: settings.POLICY_TABLE }, now, refused),
    paused: () => paused.get("", () => readPause(clients.ssm, settings.PAUSE_PARAMETER)),
    publish,
    isOwn: (trigger) => isOwn(trigger, settings.OWN_ROLE_ARN),
  };
}
