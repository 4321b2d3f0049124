import type { Permission } from "#aws/permission";

/** ssm/: the parameters of a stage. Functions read the switch that pauses all writes: pause.ts. */
export function pausePermissions(parameterArn: string): Permission[] {
  return [{ sid: "ReadThePauseSwitch", actions: ["ssm:GetParameter"], resources: [parameterArn] }];
}
