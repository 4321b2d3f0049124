import { comesUnderAnotherKey, comesUnderKms } from "#core/guard/effect";
import { openToEverybody } from "#core/guard/everybody";
import type { GuardFacts } from "#core/guard/facts";
import { clear, type GuardedPlan, type Hazard, type HazardAnswer, hazard } from "#core/guard/hazard";
import { refusedByKey } from "#core/guard/key-users";
import { readFacts } from "#core/guard/read-facts";
import { keyUsers, type NamedVisitor, policyVisitors } from "#core/guard/visitors";
import type { Admitted } from "#core/iam/admitted";
import { safe } from "#core/safe";

/**
 * Readers who could not decrypt: S3 reads an object under a KMS key only for those who may use the
 * key, so nobody without credentials, and no origin access identity of CloudFront; others only if
 * the key's policy lets them.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/WebsiteAccessPermissionsReqd.html
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
 */
export const readers: Hazard = {
  name: "readers",
  about: ["bucket", "object"],
  isAcceptable: true,
  texts: {
    breaks:
      "Objects under a KMS key can be read only by those who may use the key. A public site answers 403, CloudFront's origin access identity gets nothing, and neither do CloudFront's origin access control, other accounts and roles of the same account that the key's policy does not let in.",
    seen: "`GetBucketPolicy`, `GetBucketPolicyStatus`, `GetPublicAccessBlock`, `GetBucketAcl`, `GetBucketOwnershipControls` and `GetBucketWebsite`; where these make the bucket public, `GetPublicAccessBlock` of its account, which may close it all the same; where the bucket's policy lets others in, `GetKeyPolicy` and `ListGrants` of the declared key. Not seen: ACLs of single objects, access points with policies of their own, presigned URLs of people who may not use the key, and what the identity policies of the account's users and roles allow.",
    fix: "For CloudFront, use an origin access control and allow `cloudfront.amazonaws.com` with the distribution's `aws:SourceArn` in the key's policy. For other accounts and roles, allow them `kms:Decrypt` there. A bucket that has to stay public has to stay SSE-S3: give it a rule of its own.",
    accept: "Nobody reads what is written from now on in the way that the reason names.",
  },
  check: (plan, facts) => {
    if (!comesUnderAnotherKey(plan)) return clear;
    return comesUnderKms(plan) ? ofAll(plan, facts) : ofKnown(plan, facts);
  },
};

// --- internal ---

/** Where no key was needed before: readers of every kind. */
function ofAll(plan: GuardedPlan, facts: GuardFacts): HazardAnswer {
  const read = readFacts(facts, ["bucketPolicy", "publicAccessBlock", "acl", "ownership", "website"], READING);
  if (read.kind !== "read") return read;
  const { bucketPolicy, publicAccessBlock: block, acl, ownership, website } = read.values;
  // A bucket without a policy is not public by it.
  const status = bucketPolicy === null ? null : readFacts(facts, ["policyStatus"], READING);
  if (status !== null && status.kind !== "read") return status;
  const isPublic = status?.values.policyStatus?.isPublic ?? null;
  const visitors = policyVisitors(bucketPolicy, READ, facts.ref);
  const opened = openToEverybody({ visitors, isPublic, block, acl, ownership, website }, facts);
  if (opened.kind === "open") return nobody(opened.what);
  if (opened.kind !== "closed") return opened;
  const identity = visitors.find(({ who }) => who.kind === "principal" && who.account === "cloudfront");
  if (identity !== undefined) {
    const by = `${safe(identity.by)} of the bucket's policy`;
    return hazard(
      "readers",
      `readers: ${by} lets an origin access identity of CloudFront read, which can use no KMS key`,
    );
  }
  return shutOut(plan, facts, visitors);
}

/** Where a key was needed before: those who need another one now. */
function ofKnown(plan: GuardedPlan, facts: GuardFacts): HazardAnswer {
  const read = readFacts(facts, ["bucketPolicy"], READING);
  return read.kind === "read" ? shutOut(plan, facts, policyVisitors(read.values.bucketPolicy, READ, facts.ref)) : read;
}

/** Readers with credentials whom the declared key would refuse. */
function shutOut(plan: GuardedPlan, facts: GuardFacts, visitors: readonly Admitted[]): HazardAnswer {
  const users = visitors
    .filter((each): each is NamedVisitor => needsKey(each, facts.ref.account, isManaged(plan, facts)))
    .flatMap((each) => keyUsers(each, "kms:Decrypt", "reads objects"));
  const refused = refusedByKey(plan, facts, users);
  if (refused.kind !== "refusals") return refused;
  const [first, ...more] = refused.texts;
  if (first === undefined) return clear;
  return hazard("readers", `readers: ${first}${more.length === 0 ? "" : `; and ${more.length} more like that`}`);
}

/**
 * Whether the key matters for somebody, and this hazard is the one to say so: what an AWS managed
 * key does to other accounts, and any key to the bucket's whole own account, the key's own hazard
 * says. Users and roles that were deleted read nothing.
 */
function needsKey({ who }: Admitted, account: string, isManagedKey: boolean): boolean {
  switch (who.kind) {
    case "account":
      return who.account !== account && !isManagedKey;
    case "principal":
      return who.account !== "cloudfront" && (who.account === account || !isManagedKey);
    case "organization":
      return !isManagedKey;
    case "unknown":
      return !DELETED.test(who.name);
    default:
      return who.kind === "service";
  }
}

function isManaged({ declaredKey }: GuardedPlan, { freshKeys }: GuardFacts): boolean {
  const key = declaredKey === null ? undefined : freshKeys.get(declaredKey);
  return key?.known === true && key.value?.manager === "AWS";
}

const READ = "s3:GetObject";
const READING = "everybody who reads the bucket could go on reading";

/** The id that S3 shows in the place of a user or role that was deleted. */
const DELETED = /^A[A-Z]{3}[A-Z0-9]{12,}$/;

function nobody(what: string): HazardAnswer {
  return hazard("readers", `readers: ${what}, and nobody without credentials can read what is under a KMS key`);
}
