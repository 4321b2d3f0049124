import type { Permission } from "#aws/permission";

/** The switch that pauses all writes. */
export function pausePermissions(parameterArn: string): Permission[] {
  return [{ sid: "ReadThePauseSwitch", actions: ["ssm:GetParameter"], resources: [parameterArn] }];
}
