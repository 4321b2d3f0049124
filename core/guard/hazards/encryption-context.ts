import { isKms, isReKeyed } from "#core/guard/effect";
import { clear, type Hazard, hazard, needs, unreadFact } from "#core/guard/hazard";
import { type LostContext, lostContext } from "#core/iam/lost-context";
import { parseKmsArn } from "#core/key/arn";
import { safe } from "#core/safe";

/**
 * Somebody may use the key for one form of encryption context only, and the write brings about the
 * other: S3 names the object to KMS, or with a bucket key the bucket.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html#bucket-key-changes
 */
export const encryptionContextPinned: Hazard = {
  name: "encryption-context",
  about: ["bucket", "object"],
  isAcceptable: true,
  texts: {
    breaks:
      "With a bucket key S3 names the bucket's ARN to KMS (`kms:EncryptionContext:aws:s3:arn`), without one the object's. Statements and grants of the key that are bound to the other form no longer match: whoever relies on them is refused.",
    seen: "`GetKeyPolicy` and `ListGrants` of the key: everybody whom they name, evaluated with both forms; for a single object, as it would be encrypted. Identity policies with such a condition are not seen.",
    fix: "Bind the statement or grant to the bucket's ARN as well (`arn:aws:s3:::BUCKET` and `arn:aws:s3:::BUCKET/*`), or declare the bucket key as it is.",
    accept:
      "Nobody depends on the statement or grant for what is written from now on, or for the objects that are re-encrypted.",
  },
  check: (plan, { ref, keyPolicies, keyGrants }) => {
    const { after } = plan;
    const key = after?.key;
    const isOwn = key !== undefined && parseKmsArn(key)?.account === ref.account;
    if (!isOwn || !isKms(after?.algorithm) || !isReKeyed(plan)) return clear;
    const [policy, grants] = [keyPolicies.get(key), keyGrants.get(key)];
    if (policy === undefined || grants === undefined) {
      return needs({ fact: "keyPolicy", arn: key }, { fact: "keyGrants", arn: key });
    }
    if (!policy.known) return unreadFact("the key is bound to an encryption context", policy.error, "kms:GetKeyPolicy");
    if (!grants.known)
      return unreadFact("the key's grants are bound to an encryption context", grants.error, "kms:ListGrants");
    const access = { arn: key, account: ref.account, policy: policy.value, grants: grants.value };
    const bucketArn = `arn:${ref.partition}:s3:::${ref.bucket}`;
    const lost = lostContext(access, ref.region, bucketArn, after?.bucketKey === true);
    return lost === null ? clear : hazard("encryption-context", textOf(lost, key, after?.bucketKey === true));
  },
};

// --- internal ---

function textOf({ by, who }: LostContext, key: string, bucketKey: boolean): string {
  const [bound, named] = bucketKey ? ["objects'", "the bucket's"] : ["the bucket's", "each object's"];
  const asIs = bucketKey ? "with a bucket key" : "without a bucket key";
  return `encryption context: ${safe(by)} of ${key} lets ${safe(who)} use it for ${bound} ARNs only, and ${asIs} S3 names ${named}`;
}
