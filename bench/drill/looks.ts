import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { SandboxOutputs } from "../../sandbox/outputs.ts";

/** One invocation of the bucket function that looked at one bucket. */
export interface LoggedLook {
  readonly bucket: string;
  readonly outcome: string;
  /** When the look ended: milliseconds since the epoch. */
  readonly at: number;
  /** Of the look alone, as the function logs it. */
  readonly milliseconds: number;
  /** Of the whole invocation, as Lambda reports it. */
  readonly duration: number;
}

/**
 * Every look so far, oldest first, from the function's log: the line "bucket looked at" and
 * Lambda's own REPORT of that invocation.
 * https://docs.aws.amazon.com/lambda/latest/dg/nodejs-logging.html
 */
export async function loggedLooks({ endpoint, region, credentials, functions }: SandboxOutputs): Promise<LoggedLook[]> {
  const client = () => ({ endpoint, region, credentials: { ...credentials } });
  const { LoggingConfig: logging } = await new LambdaClient(client()).send(
    new GetFunctionConfigurationCommand({ FunctionName: functions.bucket }),
  );
  const durations = new Map<string, number>();
  const lines: Line[] = [];
  const pages = paginateFilterLogEvents(
    { client: new CloudWatchLogsClient(client()) },
    { logGroupName: logging?.LogGroup },
  );
  for await (const { events = [] } of pages) {
    for (const { message = "" } of events) {
      const [, id, milliseconds] = /^REPORT RequestId: (\S+)\s+Duration: ([\d.]+) ms/.exec(message) ?? [];
      if (id !== undefined) durations.set(id, Number(milliseconds));
      const line = lineOf(message);
      if (line !== null) lines.push(line);
    }
  }
  return lines.map((line) => lookOf(line, durations.get(line.function_request_id))).sort((a, b) => a.at - b.at);
}

// --- internal ---

interface Line {
  readonly message: string;
  readonly timestamp: string;
  readonly function_request_id: string;
  readonly bucket: string;
  readonly outcome?: string;
  readonly why?: string;
  readonly milliseconds?: number;
}

function lineOf(message: string): Line | null {
  if (!message.startsWith("{")) return null;
  const line = JSON.parse(message) as Line;
  return ["bucket looked at", "look postponed", "look failed"].includes(line.message) ? line : null;
}

function lookOf(line: Line, duration: number | undefined): LoggedLook {
  return {
    bucket: line.bucket,
    outcome: line.outcome ?? `${line.message}${line.why === undefined ? "" : ` (${line.why})`}`,
    at: Date.parse(line.timestamp),
    milliseconds: line.milliseconds ?? Number.NaN,
    duration: duration ?? Number.NaN,
  };
}
