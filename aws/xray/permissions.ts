import type { Permission } from "#aws/permission";

/**
 * xray/: what Lambda sends of a traced function, with its role. Neither call names a resource.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html
 */
export function tracePermissions(): Permission[] {
  return [{ sid: "Trace", actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"], resources: ["*"] }];
}
