/**
 * The standing order for both loops: the policy in force, the pause switch, and how a change is
 * reported.
 */

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { Cache } from "#aws/once/cache";
import { publishAlert } from "#aws/sns/publish-alert";
import { readPause } from "#aws/ssm/pause";
import type { Ports } from "#core/bucket/ports";
import type { Fact } from "#core/fact";
import { neverInTheWay } from "../queue/unsent.ts";
import type { Clock } from "../runtime/clock.ts";
import type { LoopEnvironment } from "../runtime/environment.ts";
import { logger } from "../runtime/telemetry.ts";
import { policySource } from "./in-force.ts";
import { refusedPolicy } from "./refused.ts";

/**
 * What every look needs, at buckets and at objects: the policy, the pause switch, the alerts'
 * topic.
 */
export type StandingPorts = Pick<Ports, "policy" | "paused" | "publish">;

export interface StandingClients {
  readonly dynamodb: DynamoDBClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly ssm: SSMClient;
}

/**
 * Milliseconds for which the pause switch is cached: it pauses and resumes all writes within ten
 * seconds.
 */
const PAUSE_AGE = 5_000;
/** Milliseconds for which it counts as fresh: what a write that is about to be sent goes by. */
const FRESH = 1_000;

/**
 * Makes them once per instance; what they read is cached for a short time.
 * @param tells - whether this instance tells of a refused policy: those in members leave it to the
 *   hub's, which share the mark that it was told
 */
export function standing(
  { dynamodb, sns, sqs, ssm }: StandingClients,
  settings: LoopEnvironment,
  { now }: Pick<Clock, "now">,
  tells = true,
): StandingPorts {
  const pause = new Cache<Fact<string | null>>(PAUSE_AGE, now);
  const { TOPIC_ARN: topicArn, QUEUE_URL: queueUrl } = settings;
  const publishNow: Ports["publish"] = (alert) => publishAlert(sns, topicArn, alert);
  const publish = neverInTheWay(publishNow, { sqs, queueUrl });
  const told = refusedPolicy({ dynamodb, table: settings.LEDGER_TABLE }, settings, publish, { now });
  const refused = tells ? told : async (why: string) => logger.error("policy refused", { cause: why });
  return {
    policy: policySource({ dynamodb, table: settings.POLICY_TABLE }, now, refused),
    paused: (fresh) =>
      pause.get("", () => readPause(ssm, settings.PAUSE_PARAMETER), fresh === true ? FRESH : PAUSE_AGE),
    publish,
  };
}
