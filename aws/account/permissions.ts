import type { Permission } from "#aws/permission";

/**
 * account/: which Regions an account has opted in to: regions.ts.
 * https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html
 */
export function regionPermissions(): Permission[] {
  return [{ sid: "SeeRegions", actions: ["account:ListRegions"], resources: ["*"] }];
}
