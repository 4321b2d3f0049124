import { replacesObject } from "#core/decide/object/strategy/strategies";
import type { ReplicationConfiguration, ReplicationRule } from "#core/guard/bucket-facts";
import { comesUnderAnotherKey, comesUnderKms } from "#core/guard/effect";
import type { GuardFacts } from "#core/guard/facts";
import { clear, type GuardedPlan, type Hazard, type HazardAnswer, hazard, needs, unreadFact } from "#core/guard/hazard";
import { refusedByKey } from "#core/guard/key-users";
import type { Caller } from "#core/iam/request";
import { safe } from "#core/safe";

/**
 * The bucket replicates, and its rules leave out objects under KMS keys, which is the default: what
 * is written after the change would no longer reach the other bucket, without an error. An update
 * of an object in place is not replicated again, whatever the rules say; a copy would be.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
export const replication: Hazard = {
  name: "replication",
  about: ["bucket", "object"],
  isAcceptable: true,
  texts: {
    breaks:
      "Replication rules leave out objects under KMS keys unless they select them (`SourceSelectionCriteria.SseKmsEncryptedObjects`) and name a key for the replicas. From the change on, new objects stop arriving in the other bucket. S3 reports no error: their replication status is simply empty. A replication role that may not decrypt with the declared key makes each replication fail.",
    seen: "`GetBucketReplication`: an enabled rule without that selection or without a replica key, where objects come under a KMS key that were under none; for a single object, where it would be copied. `GetKeyPolicy` and `ListGrants` of the declared key, for the replication's role. Its own identity policies and the replica key's policy are not looked at.",
    fix: "Add the selection and a `ReplicaKmsKeyID` of the destination's Region to each rule, and let the replication role decrypt with the declared key and encrypt with the replica key. Or remove the replication.",
    accept: "What is written from now on need not be replicated.",
  },
  check: (plan, facts) => {
    const { replication: found, object } = facts;
    if (!comesUnderAnotherKey(plan) || (object !== undefined && !replacesObject(plan.action))) return clear;
    if (found === undefined) return needs({ fact: "replication" });
    if (!found.known) return unreadFact("the bucket replicates", found.error, "s3:GetReplicationConfiguration");
    const inForce = (found.value?.rules ?? []).filter(({ isEnabled }) => isEnabled);
    const stopping = comesUnderKms(plan) ? inForce.filter(leavesOutKms) : [];
    if (stopping.length > 0) return hazard("replication", textOf(stopping));
    // Rules that leave out what is under a key had nothing to copy before, either.
    return found.value === null || inForce.every(leavesOutKms) ? clear : refusedRole(plan, facts, found.value);
  },
};

// --- internal ---

function leavesOutKms({ takesKms, replicaKey }: ReplicationRule): boolean {
  return !takesKms || replicaKey === null;
}

/**
 * The role by which S3 replicates reads what is under the declared key only if the key lets it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 */
function refusedRole(plan: GuardedPlan, facts: GuardFacts, { role }: ReplicationConfiguration): HazardAnswer {
  const account = `${role.split(":")[4]}`;
  const name = `the replication role ${safe(role)}`;
  const caller: Caller = { kind: "principal", arn: role, account };
  const refused = refusedByKey(plan, facts, [{ name, caller, action: "kms:Decrypt" }]);
  if (refused.kind !== "refusals") return refused;
  const [first] = refused.texts;
  return first === undefined ? clear : hazard("replication", `replication: ${first}`);
}

function textOf(rules: readonly ReplicationRule[]): string {
  const [first] = rules;
  const more = rules.length === 1 ? "" : `, and ${rules.length - 1} more of its rules`;
  return `replication: rule ${safe(`${first?.id}`)} to ${safe(`${first?.destination}`)}${more} would leave out what is written under a KMS key`;
}
