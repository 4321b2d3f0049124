import { Duration } from "aws-cdk-lib";
import { type IMetric, Metric } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { Rule } from "aws-cdk-lib/aws-events";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import type { Line, Queues } from "../parts/queues.ts";
import { dimensionsOf } from "../parts/rule-record.ts";
import { alarmOn } from "./alarm-on.ts";
import type { Alerts } from "./alerts.ts";
import { ownMetric } from "./own-metric.ts";

export interface Watched {
  readonly queues: Line & Partial<Pick<Queues, "undelivered">>;
  /** By the first part of their alarms' names. */
  readonly rules: Readonly<Record<string, Rule>>;
  readonly functions: Readonly<Record<string, IFunction>>;
  /** The age at which the oldest message means a stalled queue; 30 minutes. */
  readonly stalledAfter?: Duration;
}

/**
 * Alarms for every failure that would otherwise be silent: lost events, dead-lettered messages,
 * failing functions, a stalled queue.
 */
export function alarms(scope: Construct, topic: ITopic, watched: Watched): void {
  const { queues, stalledAfter = Duration.minutes(30) } = watched;
  const alarm = (id: string, metric: IMetric, threshold: number, alarmDescription: string) =>
    alarmOn(scope, id, { metric, threshold, alarmDescription }).addAlarmAction(new SnsAction(topic));

  alarm(
    "DeadLetters",
    queues.deadLetters.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" }),
    1,
    "Messages in Bucketseal's dead-letter queue: read their cause, then redrive them (docs/runbook.md)",
  );
  if (queues.undelivered !== undefined) {
    alarm(
      "Undelivered",
      queues.undelivered.metricApproximateNumberOfMessagesVisible({ period, statistic: "Maximum" }),
      1,
      "EventBridge could not deliver an event to Bucketseal's queue (docs/runbook.md)",
    );
  }
  alarm(
    "Backlog",
    queues.events.metricApproximateAgeOfOldestMessage({ period, statistic: "Maximum" }),
    stalledAfter.toSeconds(),
    `The oldest event has waited for ${stalledAfter.toHumanString()}: Bucketseal is stalled or cannot keep up (docs/runbook.md)`,
  );
  for (const [id, rule] of Object.entries(watched.rules)) {
    alarm(
      id,
      new Metric({
        namespace: "AWS/Events",
        metricName: "FailedInvocations",
        dimensionsMap: { ...dimensionsOf(rule) },
        period,
        statistic: "Sum",
      }),
      1,
      "EventBridge failed to send an event to Bucketseal's queue (docs/runbook.md)",
    );
  }
  for (const [name, fn] of Object.entries(watched.functions)) {
    const called = fn.node.id.replace(/Function$/, "").toLowerCase();
    alarm(
      `${name}Errors`,
      fn.metricErrors({ period, statistic: "Sum" }),
      1,
      `Bucketseal's ${called} function is failing`,
    );
    alarm(
      `${name}Throttles`,
      fn.metricThrottles({ period, statistic: "Sum" }),
      1,
      `Bucketseal's ${called} function is being throttled`,
    );
    alarm(
      `${name}Loop`,
      fn.metric("RecursiveInvocationsDropped", { period, statistic: "Sum" }),
      1,
      `Lambda dropped messages of Bucketseal's ${called} function as a loop: set its recursive loop detection to Allow`,
    );
  }
}

/** The alarm for alerts that SNS does not take, which also rings where they cannot. */
export function silenceAlarm(scope: Construct, { topic, silence }: Pick<Alerts, "topic" | "silence">): void {
  alarmOn(scope, "AlertsUnsent", {
    metric: ownMetric("AlertsUnsent", { period, statistic: "Sum" }),
    threshold: 1,
    alarmDescription: "SNS does not take Bucketseal's alerts: is the topic's key disabled? (docs/runbook.md)",
  }).addAlarmAction(new SnsAction(topic), new SnsAction(silence));
}

// --- internal ---

const period = Duration.minutes(1);
