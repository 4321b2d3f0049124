import type { Permission } from "#aws/permission";

/** ssm/: the parameters of a stage. Functions read the switch that pauses all writes: pause.ts. */
export function pausePermissions(parameterArn: string): Permission[] {
  return [{ sid: "ReadThePauseSwitch", actions: ["ssm:GetParameter"], resources: [parameterArn] }];
}

/** Called by people with their own rights (deployment.ts, pause.ts); no role has it. */
export const PEOPLE_ACTIONS: readonly string[] = ["ssm:GetParametersByPath", "ssm:PutParameter"];
