import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { Effect, PolicyStatement, ServicePrincipal, StarPrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { accept } from "../parts/accept.ts";

export interface Alerts {
  readonly key: Key;
  readonly topic: Topic;
  /** Says that the other one is silent: whoever disables its key does not silence this. */
  readonly silence: Topic;
}

/**
 * The topic for alerts, and one that says when it is silent. The first has an encryption key of its
 * own because CloudWatch alarms cannot publish to a topic under the AWS managed key.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export function alerts(scope: Construct, email: string | null): Alerts {
  const key = new Key(scope, "AlertKey", {
    description: "Encrypts Bucketseal's alerts",
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
  });
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: "AlarmsMayPublish",
      principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
      actions: ["kms:GenerateDataKey*", "kms:Decrypt"],
      resources: ["*"],
      conditions: { StringEquals: { "aws:SourceAccount": Stack.of(scope).account } },
    }),
  );
  const topic = new Topic(scope, "Alerts", { masterKey: key, enforceSSL: true });
  const silence = new Topic(scope, "Silence", { enforceSSL: true });
  accept(
    silence,
    "AwsSolutions-SNS2",
    "One alarm that names nothing is sent here, for when a topic with a key is silent.",
  );
  closeTopic(silence, []);
  for (const each of [topic, silence]) {
    // Subscriptions are made by people.
    each.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    if (email !== null) each.addSubscription(new EmailSubscription(email));
  }
  return { key, topic, silence };
}

/**
 * Denies every publisher but the functions' roles and this account's alarms, whatever their own
 * policies say. As in `closeQueue`, an alarm passes by its `aws:SourceArn`, a function by its role
 * in `aws:PrincipalArn`, and a request with neither is refused.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
 */
export function closeTopic(topic: Topic, roleArns: readonly string[]): void {
  topic.addToResourcePolicy(fromAlarms(topic));
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: "NobodyElsePublishes",
      effect: Effect.DENY,
      principals: [new StarPrincipal()],
      actions: ["sns:Publish"],
      resources: [topic.topicArn],
      conditions: {
        ...(roleArns.length === 0 ? {} : { ArnNotEquals: { "aws:PrincipalArn": [...roleArns] } }),
        ArnNotLike: { "aws:SourceArn": alarmsOf(topic) },
      },
    }),
  );
}

// --- internal ---

function alarmsOf(topic: Topic): string {
  const { account, region, partition } = Stack.of(topic);
  return `arn:${partition}:cloudwatch:${region}:${account}:alarm:*`;
}

function fromAlarms(topic: Topic): PolicyStatement {
  return new PolicyStatement({
    sid: "AlarmsMayPublish",
    principals: [new ServicePrincipal("cloudwatch.amazonaws.com")],
    actions: ["sns:Publish"],
    resources: [topic.topicArn],
    conditions: { ArnLike: { "aws:SourceArn": alarmsOf(topic) } },
  });
}
