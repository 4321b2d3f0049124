/** Those who have to use the declared key, and whether it lets them. */

import { canUseKey, encryptionContext, type KeyUse } from "#core/iam/can-use-key";
import type { Access } from "#core/iam/decide";
import type { Caller } from "#core/iam/request";
import { keyOwner } from "#core/key/arn";
import type { GuardFacts } from "./facts.ts";
import { type GuardedPlan, type HazardAnswer, needs, unreadFact } from "./hazard.ts";
import { isUnseen } from "./unseen-key.ts";

/** Somebody who reads or writes objects, and for whom S3 therefore asks the key. */
export interface KeyUser {
  /** For people: the statement that lets them in, say, and who they are. */
  readonly name: string;
  readonly caller: Caller;
  readonly action: KeyUse["action"];
  /** What else is known of the request, such as a service's `aws:sourcearn`. */
  readonly keys?: NonNullable<KeyUse["keys"]>;
}

/** Whom the key does not let, in sentences; or the facts that it takes, or why there are none. */
export type KeyRefusals = { readonly kind: "refusals"; readonly texts: readonly string[] } | HazardAnswer;

/**
 * Whom the key that a plan writes would refuse. Their own identity policies are not looked at, and
 * the policy of a key of an account that does not let us in cannot be: what it says to the bucket's
 * own account, its uploaders find out; for anybody else a person has to.
 */
export function refusedByKey(plan: GuardedPlan, facts: GuardFacts, users: readonly KeyUser[]): KeyRefusals {
  if (users.length === 0) return { kind: "refusals", texts: [] };
  const { ref } = facts;
  const arn = plan.after?.key;
  const strangers = users.filter(({ caller }) => !isOf(caller, ref.account));
  if (arn === undefined)
    return refusals(strangers, "cannot use the AWS managed key, which works in its own account only");
  const account = keyOwner(ref, arn);
  const policy = facts.keyPolicies.get(arn);
  if (policy === undefined) return needs({ fact: "keyPolicy", arn });
  if (isUnseen(policy)) {
    return refusals(strangers, `may not be able to use ${arn}: the policy of a key of another account cannot be read`);
  }
  if (!policy.known) return unreadFact("the declared key lets them use it", policy.error, "kms:GetKeyPolicy");
  const s3Arn = encryptionContext(`arn:${ref.partition}:s3:::${ref.bucket}`, "object", plan.after?.bucketKey === true);
  const asked = (grants: Parameters<typeof canUseKey>[0]["grants"]) =>
    users.map((user) => ({
      user,
      ...canUseKey({ arn, account, policy: policy.value, grants }, { ...user, region: ref.region, s3Arn }),
    }));
  if (asked([]).every(({ kind }) => kind === "allow")) return { kind: "refusals", texts: [] };
  const grants = facts.keyGrants.get(arn);
  if (grants === undefined) return needs({ fact: "keyGrants", arn });
  if (!grants.known) return unreadFact("the declared key's grants let them use it", grants.error, "kms:ListGrants");
  // The policy of a central account's key may go by the organization, which is not known here: for
  // users of the bucket's own account only a sure refusal counts.
  const isCounted = (caller: Caller, kind: Access["kind"]) =>
    kind !== "allow" && (kind !== "unknown" || account === ref.account || !isOf(caller, ref.account));
  const refused = asked(grants.value).filter(({ user, kind }) => isCounted(user.caller, kind));
  const texts = refused.map(({ user, kind }) =>
    kind === "unknown"
      ? `${user.name} may not be able to use ${arn}: its policy does not tell for sure`
      : `${user.name} cannot use ${arn}, by its policy`,
  );
  return { kind: "refusals", texts };
}

// --- internal ---

function refusals(users: readonly KeyUser[], why: string): KeyRefusals {
  return { kind: "refusals", texts: users.map(({ name }) => `${name} ${why}`) };
}

function isOf(caller: Caller, account: string): boolean {
  return "account" in caller && caller.account === account;
}
