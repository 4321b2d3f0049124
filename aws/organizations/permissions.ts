import type { Permission } from "#aws/permission";

/** organizations/: an account's place in the organization. ancestors.ts calls it. */
export function ancestorPermissions(resources: readonly string[]): Permission[] {
  return [{ sid: "PlaceInTheOrganization", actions: ["organizations:ListParents"], resources }];
}
