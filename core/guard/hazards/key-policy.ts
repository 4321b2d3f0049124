import { comesUnderAnotherKey, isReKeyed } from "#core/guard/effect";
import type { GuardFacts } from "#core/guard/facts";
import { clear, type Hazard, type HazardAnswer, hazard, needs, unreadFact } from "#core/guard/hazard";
import { isUnseen } from "#core/guard/unseen-key";
import { admitted, type Visitor } from "#core/iam/admitted";
import { canUseKey, encryptionContext, type KeyAccess } from "#core/iam/can-use-key";
import type { Access } from "#core/iam/decide";
import { keyOwner, parseKmsArn } from "#core/key/arn";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";

/**
 * The declared key exists, and does not let those use it who read and write the bucket: S3 uses a
 * key on their behalf and refuses them where the key does.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
 */
export const keyPolicy: Hazard = {
  name: "key-policy",
  about: ["bucket", "object"],
  isAcceptable: true,
  texts: {
    breaks:
      "S3 uses a key on behalf of whoever reads or writes: where the key's policy and grants do not let them, uploads and downloads are refused. An AWS managed key works in its own account only, so that other accounts that the bucket policy lets in are refused.",
    seen: "`GetKeyPolicy` of a declared key of the bucket's own account, or of an account that lets Bucketseal in, and `ListGrants` if the policy does not let the whole account use it; for an AWS managed key, whom `GetBucketPolicy` lets in. The policy of another account's key cannot be read: that `DescribeKey` answers is all that can be seen of it. For an object that comes under the key, the same of those who read it.",
    fix: "Let the bucket's account use the key in the key's policy (`kms:GenerateDataKey` and `kms:Decrypt`, through S3 if need be); for other accounts, declare a customer managed key whose policy names them.",
    accept: "Everybody who uses the bucket is among those whom the key's policy names.",
  },
  check: (plan, facts) => {
    const { declaredKey, after } = plan;
    const key = after?.key;
    const isConcerned = facts.object === undefined ? isReKeyed(plan) : comesUnderAnotherKey(plan);
    if (declaredKey === null || key === undefined || !isConcerned) return clear;
    const fresh = facts.freshKeys.get(declaredKey);
    if (fresh?.known === true && fresh.value?.manager === "AWS") return ofManagedKey(facts);
    // What is kept as it was spelled, and is no ARN, nobody can look up by its spelling.
    const answer = parseKmsArn(key) === null ? clear : ofCustomerKey(key, facts);
    if (fresh === undefined)
      return needs({ fact: "freshKey", arn: declaredKey }, ...(answer.kind === "needs" ? answer.needs : []));
    // A key that is missing or could not be read is a hazard of its own.
    return fresh.known && fresh.value !== null ? answer : clear;
  },
};

// --- internal ---

function ofCustomerKey(key: string, { ref, object, keyPolicies, keyGrants }: GuardFacts): HazardAnswer {
  const policy = keyPolicies.get(key);
  if (policy === undefined) return needs({ fact: "keyPolicy", arn: key });
  if (isUnseen(policy)) return clear;
  if (!policy.known) return unreadFact("the declared key lets the account use it", policy.error, "kms:GetKeyPolicy");
  const bucketArn = `arn:${ref.partition}:s3:::${ref.bucket}`;
  const ofKey = { arn: key, account: keyOwner(ref, key), policy: policy.value };
  const actions = object === undefined ? USES : READS;
  const byPolicy = leastAccess({ ...ofKey, grants: [] }, ref, bucketArn, actions);
  if (byPolicy.kind === "allow") return clear;
  const grants = keyGrants.get(key);
  if (grants === undefined) return needs({ fact: "keyGrants", arn: key });
  if (!grants.known)
    return unreadFact("the declared key's grants let the account use it", grants.error, "kms:ListGrants");
  const access = leastAccess({ ...ofKey, grants: grants.value }, ref, bucketArn, actions);
  // KMS has answered about a central account's key, and its policy may well go by the organization,
  // which is not known here: only a sure refusal counts.
  const mayBeOpen = access.kind === "unknown" && ofKey.account !== ref.account;
  return access.kind === "allow" || mayBeOpen ? clear : hazard("key-policy", textOfKey(key, ref.account, access));
}

/** Whoever writes generates a data key; an object that is there is only read. */
const READS = ["kms:Decrypt"] as const;
const USES = ["kms:GenerateDataKey", ...READS] as const;

/**
 * The worst of the actions. What the encryption context has to be is a hazard of its own:
 * here either form will do.
 */
function leastAccess(
  key: KeyAccess,
  { account, region }: BucketRef,
  bucketArn: string,
  actions: readonly (typeof USES)[number][],
): Access {
  const caller = { kind: "somebody", account } as const;
  const best = (action: (typeof USES)[number]): Access => {
    const [bucket, object] = [true, false].map((bucketKey) => {
      const s3Arn = encryptionContext(bucketArn, "any-object", bucketKey);
      return canUseKey(key, { caller, action, region, s3Arn });
    }) as [Access, Access];
    return rank(object) > rank(bucket) ? object : bucket;
  };
  return actions.map(best).reduce((worst, each) => (rank(each) < rank(worst) ? each : worst));
}

function rank({ kind }: Access): number {
  return ["deny", "none", "unknown", "allow"].indexOf(kind);
}

function textOfKey(key: string, account: string, { kind, by }: Access): string {
  const who = kind === "unknown" ? "perhaps not everybody" : "nobody";
  const why = by === null ? "" : ` (${safe(by)})`;
  return `key policy: the policy of ${key} lets ${who} of account ${account} use it through S3${why}`;
}

/**
 * Whom the bucket's policy lets in from other accounts; public readers are a hazard of their own.
 */
function ofManagedKey({ ref, object, bucketPolicy: policy }: GuardFacts): HazardAnswer {
  if (policy === undefined) return needs({ fact: "bucketPolicy" });
  if (!policy.known)
    return unreadFact("the bucket's policy lets other accounts in", policy.error, "s3:GetBucketPolicy");
  if (policy.value === null) return clear;
  const bucketArn = `arn:${ref.partition}:s3:::${ref.bucket}`;
  for (const action of object === undefined ? ["s3:GetObject", "s3:PutObject"] : ["s3:GetObject"]) {
    for (const { by, who } of admitted(policy.value, action, bucketArn, ref.account)) {
      const name = strangerName(who, ref.account);
      if (name !== null) {
        const text = `key policy: ${safe(by)} of the bucket's policy lets ${safe(name)} in, and an AWS managed key works in its own account only`;
        return hazard("key-policy", text);
      }
    }
  }
  return clear;
}

function strangerName(who: Visitor, account: string): string | null {
  switch (who.kind) {
    case "organization":
      return `organization ${who.id}`;
    case "account":
      return who.account === account ? null : `account ${who.account}`;
    case "principal":
      return who.account === account ? null : who.arn;
    default:
      return null;
  }
}
