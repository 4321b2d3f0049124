import { replacesObject } from "#core/decide/object/strategy/strategies";
import type { ReplicationRule } from "#core/guard/bucket-facts";
import { comesUnderKms } from "#core/guard/effect";
import { clear, type Hazard, hazard, needs, unreadFact } from "#core/guard/hazard";
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
      "Replication rules leave out objects under KMS keys unless they select them (`SourceSelectionCriteria.SseKmsEncryptedObjects`) and name a key for the replicas. From the change on, new objects stop arriving in the other bucket. S3 reports no error: their replication status is simply empty.",
    seen: "`GetBucketReplication`: an enabled rule without that selection or without a replica key. It matters where objects come under a KMS key that were under none; for a single object, where it would be copied.",
    fix: "Add the selection and a `ReplicaKmsKeyID` of the destination's Region to each rule, and let the replication role decrypt with the declared key and encrypt with the replica key. Or remove the replication.",
    accept: "What is written from now on need not be replicated.",
  },
  check: (plan, { replication: found, object }) => {
    if (!comesUnderKms(plan) || (object !== undefined && !replacesObject(plan.action))) return clear;
    if (found === undefined) return needs({ fact: "replication" });
    if (!found.known) return unreadFact("the bucket replicates", found.error, "s3:GetReplicationConfiguration");
    const stopping = (found.value?.rules ?? []).filter(leavesOutKms);
    return stopping.length === 0 ? clear : hazard("replication", textOf(stopping));
  },
};

// --- internal ---

function leavesOutKms({ isEnabled, takesKms, replicaKey }: ReplicationRule): boolean {
  return isEnabled && !(takesKms && replicaKey !== null);
}

function textOf(rules: readonly ReplicationRule[]): string {
  const [first] = rules;
  const more = rules.length === 1 ? "" : `, and ${rules.length - 1} more of its rules`;
  return `replication: rule ${safe(`${first?.id}`)} to ${safe(`${first?.destination}`)}${more} would leave out what is written under a KMS key`;
}
