import type { Hub } from "../synthesize.ts";
import { markdownTable } from "./markdown-table.ts";

/** The alarms of the synthesized hub. */
export function alarmsTable(hub: Hub): string {
  const rows = hub.ofType("AWS::CloudWatch::Alarm").map((id) => {
    const { MetricName, Threshold, AlarmDescription } = hub.properties(id) as Record<string, string | number>;
    return [`\`${id}\``, `\`${MetricName}\` ≥ ${Threshold}`, String(AlarmDescription)];
  });
  return markdownTable(["alarm", "in one minute", "what it says"], rows);
}
