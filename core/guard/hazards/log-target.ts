import type { BucketGrant } from "#core/guard/bucket-facts";
import { comesUnderAnotherKey, comesUnderKms } from "#core/guard/effect";
import { clear, type Hazard, type HazardAnswer, hazard } from "#core/guard/hazard";
import { refusedByKey } from "#core/guard/key-users";
import { loadBalancerAccounts } from "#core/guard/load-balancer-accounts";
import { readFacts } from "#core/guard/read-facts";
import { keyUsers, type NamedVisitor, policyVisitors } from "#core/guard/visitors";
import type { Admitted } from "#core/iam/admitted";
import { safe } from "#core/safe";

/**
 * The bucket receives logs. Access logs of S3 and of Application and Classic Load Balancers are
 * delivered to buckets under SSE-S3 only and are lost otherwise, without an error; other services
 * deliver under a KMS key whose policy lets them. Nothing is delivered to a bucket whose policy or
 * ACL does not allow it, so these show it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
 */
export const logTarget: Hazard = {
  name: "log-target",
  about: ["bucket"],
  isAcceptable: true,
  texts: {
    breaks:
      "Access logs of S3 and of load balancers are delivered to buckets under SSE-S3 only: under a KMS key they are lost, without an error. VPC flow logs, logs of network load balancers and CloudFront, AWS Config, CloudTrail, S3 Inventory and others are refused unless the key's policy lets the service use the key.",
    seen: "`GetBucketPolicy`: whom it lets write (`logging.s3.amazonaws.com`, `logdelivery.elasticloadbalancing.amazonaws.com` and the accounts of load balancers; for every other service `GetKeyPolicy` and `ListGrants` of the declared key). `GetBucketAcl` and `GetBucketOwnershipControls`: the group of log delivery. A bucket that allows no delivery receives none, so no other bucket has to be asked. Not seen: deliveries by a role of the account, such as Firehose's, which its identity policy allows.",
    fix: "Declare AES256 for targets of access logs, in a rule of its own. For other services, let them use the declared key in the key's policy (`kms:GenerateDataKey`), as their pages show.",
    accept: "Nothing is delivered any more, or the logs may be lost.",
  },
  check: (plan, facts) => {
    if (!comesUnderAnotherKey(plan)) return clear;
    const what = "logs are delivered to the bucket";
    const read = readFacts(facts, ["bucketPolicy", "acl", "ownership"], what);
    if (read.kind !== "read") return read;
    const { bucketPolicy, acl, ownership } = read.values;
    const writers = policyVisitors(bucketPolicy, "s3:PutObject", facts.ref);
    if (comesUnderKms(plan)) {
      const found = onlyPlain(writers) ?? (ownership === "BucketOwnerEnforced" ? null : byAcl(acl));
      if (found !== null) return found;
    }
    const services = writers.filter(isService).filter(({ who }) => !isPlain(who.service));
    const users = services.flatMap((each) => keyUsers(each, "kms:GenerateDataKey", "delivers to the bucket"));
    const refused = refusedByKey(plan, facts, users);
    if (refused.kind !== "refusals") return refused;
    const [first, ...more] = refused.texts;
    if (first === undefined) return clear;
    return hazard(
      "log-target",
      `log target: ${first}${more.length === 0 ? "" : `; and ${more.length} more like that`}`,
    );
  },
};

// --- internal ---

/** Services that deliver under SSE-S3 only, and what they deliver. */
const PLAIN: Readonly<Record<string, string>> = {
  "logging.s3.amazonaws.com": "S3's server access logs",
  "logdelivery.elasticloadbalancing.amazonaws.com": "access logs of load balancers",
  "elasticloadbalancing.amazonaws.com": "access logs of load balancers",
};

const LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";

interface ServiceVisitor extends NamedVisitor {
  readonly who: Extract<NamedVisitor["who"], { readonly kind: "service" }>;
}

function isService(visitor: Admitted): visitor is ServiceVisitor {
  return visitor.who.kind === "service";
}

function isPlain(service: string): boolean {
  return Object.hasOwn(PLAIN, service.toLowerCase());
}

function onlyPlain(writers: readonly Admitted[]): HazardAnswer | null {
  for (const { by, who } of writers) {
    const what = who.kind === "service" ? PLAIN[who.service.toLowerCase()] : undefined;
    const isBalancer = "account" in who && loadBalancerAccounts.has(who.account);
    const delivered = isBalancer ? "access logs of load balancers" : what;
    if (delivered !== undefined) return lost(`${safe(by)} of the bucket's policy lets ${delivered} be delivered to it`);
  }
  return null;
}

function byAcl(acl: readonly BucketGrant[]): HazardAnswer | null {
  const grants = acl.filter(({ grantee }) => grantee === LOG_DELIVERY);
  const isWriter = grants.some(({ permission }) => permission === "WRITE" || permission === "FULL_CONTROL");
  return isWriter ? lost("the bucket's ACL lets S3's server access logs be delivered to it") : null;
}

function lost(what: string): HazardAnswer {
  return hazard("log-target", `log target: ${what}, and they are lost where the bucket is under a KMS key`);
}
