import { Duration } from "aws-cdk-lib";
import { ComparisonOperator, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import type { ITopic } from "aws-cdk-lib/aws-sns";
import type { Construct } from "constructs";
import { sweepInterval } from "#core/stage/sweep-interval";
import { alarmOn } from "../watch/alarm-on.ts";
import { ownMetric } from "../watch/own-metric.ts";

/**
 * The alarm for a sweep that does not end: no result for twice the time between two of them. There
 * is none where that time is not known or longer than an alarm may look back; `bucketseal doctor`
 * judges those.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
export function overdueAlarm(scope: Construct, topic: ITopic, schedule: string): void {
  const hours = overdueHours(schedule);
  if (hours === null) return;
  alarmOn(scope, "SweepOverdue", {
    metric: ownMetric("Sweep seconds", { period: Duration.hours(1), statistic: "SampleCount" }),
    threshold: 1,
    evaluationPeriods: hours,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    treatMissingData: TreatMissingData.BREACHING,
    alarmDescription: "No sweep has ended for twice the time between two of them (docs/runbook.md)",
  }).addAlarmAction(new SnsAction(topic));
}

/** The hours after which a sweep is overdue, two at least; `null`: no alarm can tell. */
export function overdueHours(schedule: string): number | null {
  const seconds = sweepInterval(schedule) ?? (DAILY.test(schedule) ? 86_400 : null);
  if (seconds === null) return null;
  const hours = Math.max(2, Math.ceil((2 * seconds) / 3600));
  return hours > LONGEST ? null : hours;
}

// --- internal ---

/** Seven days. */
const LONGEST = 168;

/** A cron that runs on every day, at whatever hours. */
const DAILY = /^cron\(\S+ \S+ (\* \* \?|\? \* \*|\* \* \*) \*\)$/;
