import type { Permission, Scope } from "#aws/permission";

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
