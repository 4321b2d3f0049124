import { Metric, type MetricProps } from "aws-cdk-lib/aws-cloudwatch";

/** A metric that the functions write into their logs. Its only dimension is the service. */
export function ownMetric(metricName: string, rest: Pick<MetricProps, "period" | "statistic" | "label">): Metric {
  return new Metric({ namespace: "Bucketseal", metricName, dimensionsMap: { service: "bucketseal" }, ...rest });
}
