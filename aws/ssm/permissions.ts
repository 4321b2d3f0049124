import type { Permission } from "#aws/permission";

/** ssm/: the parameters of a stage. Functions read both halves of the pause switch: pause.ts. */
export function pausePermissions(parameterArns: readonly string[]): Permission[] {
  return [{ sid: "ReadThePauseSwitch", actions: ["ssm:GetParameter"], resources: parameterArns }];
}
