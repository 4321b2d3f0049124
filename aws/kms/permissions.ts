import type { Permission, Scope } from "#aws/permission";

/**
 * Reading who may use a key, key-policy.ts and key-grants.ts: only of keys of the function's own
 * account, since KMS shows the policies of no others.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
 */
export function keyAccessPermissions({ partition, account, region }: Scope): Permission[] {
  return [
    {
      sid: "SeeWhoMayUseKeys",
      actions: ["kms:GetKeyPolicy", "kms:ListGrants"],
      resources: [`arn:${partition}:kms:${region}:${account}:key/*`],
    },
  ];
}

/**
 * kms/: what KMS knows about keys. describe-key.ts calls it.
 * @param owner - the account whose keys may be described; `*`: every account's, where the key's own
 *   policy allows it (a central account's keys, say)
 */
export function keyPermissions({ partition, region }: Scope, owner: string): Permission[] {
  return [
    { sid: "LookAtKeys", actions: ["kms:DescribeKey"], resources: [`arn:${partition}:kms:${region}:${owner}:key/*`] },
  ];
}

/**
 * Reading what a key's policy lets its account do, once somebody changed it: key-policy.ts.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
 */
export function keyPolicyPermissions({ partition, account, region }: Scope): Permission[] {
  return [
    {
      sid: "SeeKeyPolicies",
      actions: ["kms:GetKeyPolicy"],
      resources: [`arn:${partition}:kms:${region}:${account}:key/*`],
    },
  ];
}
