import { Duration } from "aws-cdk-lib";
import { MathExpression } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { alarmOn } from "./alarm-on.ts";
import { ownMetric } from "./own-metric.ts";

/** Alarms for what looks at buckets find in numbers: a fight, and buckets that cannot be read. */
export function lookAlarms(scope: Construct, topic: ITopic): void {
  alarmOn(scope, "BreakerOpen", {
    metric: ownMetric("Bucket contested", { period: Duration.minutes(5), statistic: "Sum" }),
    threshold: 1,
    // For as long as an hour after the last look, so that one fight rings once.
    evaluationPeriods: 12,
    datapointsToAlarm: 1,
    alarmDescription: "Somebody keeps undoing Bucketseal's changes, so it stopped writing a bucket (docs/runbook.md)",
  }).addAlarmAction(new SnsAction(topic));
  alarmOn(scope, "Unreadable", {
    metric: unreadable(Duration.minutes(15)),
    threshold: 20,
    alarmDescription: "A fifth of the buckets looked at cannot be read: who took the role's access? (docs/runbook.md)",
  }).addAlarmAction(new SnsAction(topic));
}

// --- internal ---

/**
 * How many looks in a hundred were at a bucket that could not be read. Every look counts, as one or
 * as nothing, so the average is the share. Of a few looks it says nothing.
 */
function unreadable(period: Duration): MathExpression {
  const of = (statistic: string) => ownMetric("Bucket unreadable", { period, statistic });
  return new MathExpression({
    expression: "IF(looks >= 10, 100 * share, 0)",
    usingMetrics: { looks: of("SampleCount"), share: of("Average") },
    label: "unreadable (%)",
    period,
  });
}
