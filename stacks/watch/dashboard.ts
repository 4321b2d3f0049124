import { Duration } from "aws-cdk-lib";
import { Dashboard, GraphWidget, type IMetric, type IWidget, Metric } from "aws-cdk-lib/aws-cloudwatch";
import type { Construct } from "constructs";
import type { Line, Queues } from "../parts/queues.ts";
import type { Watched } from "./alarms.ts";

/** Outcomes of looks at buckets, by the names of the bucket function's metrics. */
const OUTCOMES: readonly string[] = ["changed", "reported", "held", "failed", "unreadable"];

/** One page: outcomes of buckets, stalled queues, failures and durations of functions. */
export function dashboard(
  scope: Construct,
  { queues, functions }: Pick<Watched, "functions"> & { readonly queues: Queues },
): void {
  const period = Duration.minutes(5);
  const graph = (title: string, left: IMetric[], right: IMetric[] = []) =>
    // GraphWidget's `warnings` does not fit IWidget under exactOptionalPropertyTypes.
    new GraphWidget({ title, left, right, width: 8, height: 6 }) as IWidget;
  const visible = (label: string, queue: Line["events"]) =>
    queue.metricApproximateNumberOfMessagesVisible({ period, label, statistic: "Maximum" });
  const all = Object.entries(functions);

  new Dashboard(scope, "Dashboard", { defaultInterval: Duration.days(1) }).addWidgets(
    graph(
      "Buckets",
      OUTCOMES.map((outcome) => {
        const dimensionsMap = { service: "bucketseal" };
        const metricName = `Bucket ${outcome}`;
        return new Metric({
          namespace: "Bucketseal",
          metricName,
          dimensionsMap,
          period,
          statistic: "Sum",
          label: outcome,
        });
      }),
    ),
    graph(
      "Messages",
      [
        visible("waiting", queues.events),
        visible("dead-lettered", queues.deadLetters),
        visible("undelivered", queues.undelivered),
      ],
      [queues.events.metricApproximateAgeOfOldestMessage({ period, label: "oldest (s)", statistic: "Maximum" })],
    ),
    graph(
      "Functions",
      all.map(([name, fn]) => fn.metricErrors({ period, label: `${name}: errors` })),
      all.map(([name, fn]) => fn.metricDuration({ period, label: `${name}: ms, p95`, statistic: "p95" })),
    ),
  );
}
