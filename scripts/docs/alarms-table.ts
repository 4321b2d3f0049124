import type { Hub } from "../synthesize.ts";
import { markdownTable } from "./markdown-table.ts";

/** The alarms of the synthesized hub. */
export function alarmsTable(hub: Hub): string {
  const rows = hub.ofType("AWS::CloudWatch::Alarm").map((id) => {
    const alarm = hub.properties(id) as unknown as AlarmProperties;
    return [`\`${id}\``, whenOf(alarm), alarm.AlarmDescription];
  });
  return markdownTable(["alarm", "rings at", "what it says"], rows);
}

// --- internal ---

interface AlarmProperties {
  readonly AlarmDescription: string;
  readonly ComparisonOperator: string;
  readonly EvaluationPeriods: number;
  readonly MetricName?: string;
  readonly Metrics?: readonly {
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: { readonly MetricName: string }; readonly Period: number };
  }[];
  readonly Period?: number;
  readonly Statistic?: string;
  readonly Threshold: number;
}

function whenOf({ Metrics = [], ...alarm }: AlarmProperties): string {
  const [first] = Metrics.flatMap(({ MetricStat }) => MetricStat ?? []);
  const expression = Metrics.find(({ Expression }) => Expression !== undefined)?.Expression;
  const name = alarm.MetricName ?? first?.Metric.MetricName;
  const minutes = ((alarm.Period ?? first?.Period ?? 0) * alarm.EvaluationPeriods) / 60;
  const span = minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
  const sign = alarm.ComparisonOperator === "LessThanThreshold" ? "<" : "≥";
  const how = expression === undefined ? "" : `: \`${expression}\``;
  const what = alarm.Statistic === "SampleCount" ? "values of " : "";
  return `${what}\`${name}\`${how} ${sign} ${alarm.Threshold} in ${span}`;
}
