import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import { cut, longest } from "#core/cut";
import { correlation } from "./correlation.ts";

/** One logger and one set of metrics a function. */
export const logger = new Logger({ serviceName: "bucketseal", jsonReplacerFn: inLine });
export const metrics = new Metrics({ namespace: "Bucketseal", serviceName: "bucketseal" });

// --- internal ---

/**
 * No field of a line is longer than it may be: CloudWatch Logs takes lines of 256 KB, and others
 * write much of what is in them.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
 */
function inLine(name: string, value: unknown): unknown {
  // The whole line comes first, under no name.
  if (name === "" && typeof value === "object") return withIds(value);
  if (typeof value === "string") return cut(value, longest.reason);
  return Array.isArray(value) ? value.slice(0, MAX_LISTED) : value;
}

const MAX_LISTED = 50;

/** A line with the ids of the work that it is about. */
function withIds(line: object | null): object | null {
  const ids = correlation();
  return ids.length === 0 ? line : { ...line, correlation: ids };
}
