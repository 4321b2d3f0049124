import type { Fact } from "#core/fact";
import { canUseKey } from "#core/iam/can-use-key";
import type { Access } from "#core/iam/decide";
import type { PolicyDocument } from "#core/iam/document";
import { parseKmsArn } from "#core/key/arn";
import { safe } from "#core/safe";
import type { KeyHealth } from "./health.ts";

/**
 * The health of a key whose policy somebody changed: it is at risk where the policy no longer lets
 * its own account use it through S3, or where nobody can tell. Grants are left out: they let single
 * principals in, and others depend on the key.
 */
export function policyHealth(health: KeyHealth, arn: string, policy: Fact<PolicyDocument>): KeyHealth {
  const at = parseKmsArn(arn);
  if (health.kind !== "usable" || at === null) return health;
  if (!policy.known) {
    const state = safe(policy.error.name);
    return { ...health, kind: "unknown", state, text: `the policy of ${arn} could not be read: ${state}` };
  }
  const { account, region, partition } = at;
  const key = { arn, account, policy: policy.value, grants: [] };
  const use = { caller: { kind: "somebody", account }, region, s3Arn: `arn:${partition}:s3:::*` } as const;
  for (const action of ["kms:GenerateDataKey", "kms:Decrypt"] as const) {
    const access = canUseKey(key, { ...use, action });
    if (access.kind !== "allow") return { ...health, ...refused(arn, account, action, access) };
  }
  return health;
}

// --- internal ---

function refused(arn: string, account: string, action: string, { kind, by }: Access): Partial<KeyHealth> {
  const statement = by === null ? "" : ` (${safe(by)})`;
  return kind === "unknown"
    ? {
        kind: "at risk",
        state: "unclear",
        text: `whether the policy of ${arn} lets account ${account} call ${action} through S3 is not known${statement}`,
      }
    : {
        kind: "at risk",
        state: "refused",
        text: `the policy of ${arn} does not let account ${account} call ${action} through S3${statement}`,
      };
}
