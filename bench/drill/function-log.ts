import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { SandboxOutputs } from "../../sandbox/outputs.ts";

/** A function's log since some time. */
export interface LogShare {
  readonly invocations: number;
  /** Milliseconds, as Lambda reports them for each invocation. */
  readonly duration: number;
  /** Bytes written to the log. */
  readonly bytes: number;
}

/** Reads a function's log since a time (milliseconds since the epoch). */
export async function functionLog(sandbox: SandboxOutputs, FunctionName: string, startTime: number): Promise<LogShare> {
  const { endpoint, region } = sandbox;
  const config = () => ({ endpoint, region, credentials: { ...sandbox.rootCredentials } });
  const { LoggingConfig: logging } = await new LambdaClient(config()).send(
    new GetFunctionConfigurationCommand({ FunctionName }),
  );
  const found = { invocations: 0, duration: 0, bytes: 0 };
  const pages = paginateFilterLogEvents(
    { client: new CloudWatchLogsClient(config()) },
    { logGroupName: logging?.LogGroup, startTime },
  );
  for await (const { events = [] } of pages) {
    for (const { message = "" } of events) {
      found.bytes += Buffer.byteLength(message);
      const [, milliseconds] = /^REPORT RequestId: \S+\s+Duration: ([\d.]+) ms/.exec(message) ?? [];
      if (milliseconds === undefined) continue;
      found.invocations++;
      found.duration += Number(milliseconds);
    }
  }
  return found;
}
