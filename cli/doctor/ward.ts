import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SNSClient } from "@aws-sdk/client-sns";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { Home } from "#core/event/scope";
import type { Policy } from "#core/policy/policy";
import type { Deployment } from "#core/stage/deployment";
import type { Session } from "../session/session.ts";
import { policyInForce } from "../stage/policy-in-force.ts";

/** Everything that checks read: the stage, its account and Region, its policy, and clients. */
export interface Ward {
  readonly session: Session;
  readonly deployment: Deployment;
  readonly home: Home;
  /** The policy in force, read once for all checks. */
  policy(): Promise<Policy>;
  readonly cloudtrail: CloudTrailClient;
  readonly events: EventBridgeClient;
  readonly lambda: LambdaClient;
  readonly iam: IAMClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
}

/** Opens the clients; they are made with the caller's own rights. */
export async function openWard(session: Session, deployment: Deployment): Promise<Ward> {
  const { config, region } = session;
  const { account } = await session.identity();
  let policy: Promise<Policy> | null = null;
  const read = async () => JSON.parse((await policyInForce(session, deployment)).document) as Policy;
  return {
    session,
    deployment,
    home: { account, region },
    policy: () => {
      policy ??= read();
      return policy;
    },
    cloudtrail: new CloudTrailClient(config),
    events: new EventBridgeClient(config),
    lambda: new LambdaClient(config),
    iam: new IAMClient(config),
    sns: new SNSClient(config),
    sqs: await session.sqs(),
    dynamodb: await session.dynamodb(),
  };
}
