import { GetBucketReplicationCommand, type ReplicationRule as RuleOfS3, type S3Client } from "@aws-sdk/client-s3";
import type { Fact } from "#core/fact";
import type { ReplicationConfiguration, ReplicationRule } from "#core/guard/bucket-facts";
import type { BucketRef } from "#core/names";
import { bucketFact, Unsaid } from "./bucket-fact.ts";

/**
 * A bucket's replication; `null` where it has none.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketReplication.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export function getReplication(s3: S3Client, ref: BucketRef): Promise<Fact<ReplicationConfiguration | null>> {
  return bucketFact<ReplicationConfiguration | null>(
    "GetBucketReplication",
    ref,
    async (of) => {
      const { ReplicationConfiguration: set } = await s3.send(new GetBucketReplicationCommand(of));
      if (set?.Role === undefined || set.Rules === undefined) throw new Unsaid("S3 does not say what is replicated");
      return { role: set.Role, rules: set.Rules.map(ruleOf) };
    },
    { ReplicationConfigurationNotFoundError: null },
  );
}

// --- internal ---

function ruleOf({ ID: id = "", Status, Destination: to, SourceSelectionCriteria: taken }: RuleOfS3): ReplicationRule {
  return {
    id,
    // Whatever is not said to be off replicates.
    isEnabled: Status !== "Disabled",
    destination: to?.Bucket?.split(":").at(-1) ?? "",
    takesKms: taken?.SseKmsEncryptedObjects?.Status === "Enabled",
    replicaKey: to?.EncryptionConfiguration?.ReplicaKmsKeyID ?? null,
  };
}
