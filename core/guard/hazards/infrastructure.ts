import { isReKeyed } from "#core/guard/effect";
import { clear, type Hazard, hazard } from "#core/guard/hazard";
import { compileGlob, globMatches } from "#core/match/glob";

const DEPLOYS = "deployments would fail";
const LOGS = "logs would no longer be delivered, or be read";

/** Names that tools and services give their buckets, whose they are, and what would happen. */
const OWNERS: readonly (readonly [glob: string, owner: string, breaks: string])[] = [
  ["cdk-*-assets-*", "CDK's bootstrap stack", DEPLOYS],
  ["*-stagingbucket-*", "CDK's bootstrap stack", DEPLOYS],
  ["sst-asset-*", "SST", DEPLOYS],
  ["sst-state-*", "SST", DEPLOYS],
  ["sstbootstrap-*", "SST", DEPLOYS],
  // https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/AWSHowTo.S3.html
  ["elasticbeanstalk-*-*", "Elastic Beanstalk", DEPLOYS],
  // https://docs.aws.amazon.com/controltower/latest/userguide/logging-using-s3.html
  ["aws-controltower-*", "AWS Control Tower", LOGS],
  // https://docs.aws.amazon.com/security-lake/latest/userguide/data-protection.html
  ["aws-security-data-lake-*", "Amazon Security Lake", LOGS],
  // https://docs.aws.amazon.com/solutions/latest/landing-zone-accelerator-on-aws/
  ["aws-accelerator-*", "Landing Zone Accelerator", LOGS],
  ["bucketseal-*", "Bucketseal itself", LOGS],
  ["*-bucketseal-hub-*", "Bucketseal itself", LOGS],
];

/**
 * The bucket belongs to the tooling that deploys, or to a service that keeps the account's logs:
 * the roles that read and write it may use the key it came with and no other. Under another key the
 * next deployment of every app in the account fails, or its logs are lost. Blocking SSE-C re-keys
 * nothing and is not held. A name is no proof of what a bucket is for, so only a rule that spells
 * it out can accept the hazard.
 * https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-env.html
 * https://sst.dev/docs/providers/ and https://docs.sst.dev/advanced/bootstrapping
 */
export const infrastructure: Hazard = {
  name: "infrastructure",
  about: ["bucket", "object"],
  isAcceptable: true,
  names: OWNERS.map(([glob]) => glob),
  texts: {
    breaks:
      "The bucket belongs to the tooling that deploys (CDK's bootstrap, SST, Elastic Beanstalk) or to what keeps logs (Control Tower, Security Lake, Landing Zone Accelerator, Bucketseal itself). Its roles may use the key it came with and no other: the next deployment of every app in the account fails, or logs are no longer delivered.",
    seen: "The bucket's name; no call is made. A change that only blocks SSE-C re-keys nothing and is not held.",
    fix: "Exclude the bucket from the rule (`match.except`), or have the tool itself use the declared key.",
    accept: "The roles that read and write the bucket may use the declared key. The rule must name the bucket in full.",
  },
  check: (plan, { ref, object }) => {
    const [, owner, breaks] = COMPILED.find(([glob]) => globMatches(glob, ref.bucket)) ?? [];
    if (owner === undefined || (object === undefined && !isReKeyed(plan))) return clear;
    const text = `the bucket ${ref.bucket} belongs to ${owner}, whose roles may use no other key: ${breaks}`;
    return hazard("infrastructure", text);
  },
};

// --- internal ---

const COMPILED = OWNERS.map(([glob, ...rest]) => [compileGlob(glob), ...rest] as const);
