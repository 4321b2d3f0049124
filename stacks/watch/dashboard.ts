import { Duration } from "aws-cdk-lib";
import { Dashboard, GraphWidget, type IMetric, type IWidget } from "aws-cdk-lib/aws-cloudwatch";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import type { Construct } from "constructs";
import { counted } from "#core/sweep/counts";
import type { Line, Queues } from "../parts/queues.ts";
import { ownMetric } from "./own-metric.ts";

export interface Shown {
  /** By what they are called on the page. */
  readonly lines: Readonly<Record<string, Line & Partial<Pick<Queues, "undelivered">>>>;
  readonly functions: Readonly<Record<string, IFunction>>;
}

/** One page: outcomes of buckets, sweeps, every queue, failures and durations of every function. */
export function dashboard(scope: Construct, { lines, functions }: Shown): void {
  const queues = Object.entries(lines);
  const all = Object.entries(functions);
  new Dashboard(scope, "Dashboard", { defaultInterval: Duration.days(1) }).addWidgets(
    graph(
      "Buckets",
      OUTCOMES.map((outcome) => ownMetric(`Bucket ${outcome}`, { period, statistic: "Sum", label: outcome })),
    ),
    graph(
      "Sweeps",
      counted.map((name) => ownMetric(`Sweep ${name}`, { period, statistic: "Sum", label: name })),
      [ownMetric("Sweep seconds", { period, statistic: "Maximum", label: "took (s)" })],
    ),
    graph(
      "Functions",
      all.flatMap(([name, fn]) => [
        fn.metricErrors({ period, label: `${name}: errors` }),
        fn.metricThrottles({ period, label: `${name}: throttles` }),
      ]),
      all.map(([name, fn]) => fn.metricDuration({ period, label: `${name}: ms, p95`, statistic: "p95" })),
    ),
    graph(
      "Waiting messages",
      queues.map(([name, { events }]) => visible(name, events)),
      queues.map(([name, { events }]) =>
        events.metricApproximateAgeOfOldestMessage({ period, label: `${name}: oldest (s)`, statistic: "Maximum" }),
      ),
    ),
    graph(
      "Dead letters",
      queues.flatMap(([name, { deadLetters, undelivered }]) => [
        visible(name, deadLetters),
        ...(undelivered === undefined ? [] : [visible(`${name}: undelivered`, undelivered)]),
      ]),
    ),
  );
}

// --- internal ---

/** Outcomes of looks at buckets, by the names of the bucket function's metrics. */
const OUTCOMES: readonly string[] = ["changed", "reported", "held", "contested", "failed", "unreadable"];

const period = Duration.minutes(5);

function graph(title: string, left: IMetric[], right: IMetric[] = []): IWidget {
  // GraphWidget's `warnings` does not fit IWidget under exactOptionalPropertyTypes.
  return new GraphWidget({ title, left, right, width: 8, height: 6 }) as IWidget;
}

function visible(label: string, queue: Line["events"]): IMetric {
  return queue.metricApproximateNumberOfMessagesVisible({ period, label, statistic: "Maximum" });
}
