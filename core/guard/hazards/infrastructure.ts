import { isReKeyed } from "#core/guard/effect";
import { clear, type Hazard, hazard } from "#core/guard/hazard";
import { compileGlob, globMatches } from "#core/match/glob";

/** Names that deployment tools give their buckets, and whose they are. */
const OWNERS: readonly (readonly [glob: string, owner: string])[] = [
  ["cdk-*-assets-*", "CDK's bootstrap stack"],
  ["*-stagingbucket-*", "CDK's bootstrap stack"],
  ["sst-asset-*", "SST"],
  ["sst-state-*", "SST"],
  ["sstbootstrap-*", "SST"],
  ["bucketseal-*", "Bucketseal itself"],
  ["*-bucketseal-hub-*", "Bucketseal itself"],
];

/**
 * The bucket belongs to the tooling that deploys: the roles that read and write it may use the key
 * it came with and no other. Under another key the next deployment of every app in the account
 * fails, that of Bucketseal included. Blocking SSE-C re-keys nothing and is not held. A name is no
 * proof of what a bucket is for, so only a rule that spells it out can accept the hazard.
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
      "The bucket belongs to the tooling that deploys (CDK's bootstrap, SST, Bucketseal itself). Its roles may use the key it came with and no other: the next deployment of every app in the account fails.",
    seen: "The bucket's name; no call is made. A change that only blocks SSE-C re-keys nothing and is not held.",
    fix: "Exclude the bucket from the rule (`match.except`), or have the tool itself use the declared key.",
    accept: "The roles that read and write the bucket may use the declared key. The rule must name the bucket in full.",
  },
  check: (plan, { ref, object }) => {
    const owner = COMPILED.find(([glob]) => globMatches(glob, ref.bucket))?.[1];
    if (owner === undefined || (object === undefined && !isReKeyed(plan))) return clear;
    const text = `the bucket ${ref.bucket} belongs to ${owner}, whose roles may use no other key: deployments would fail`;
    return hazard("infrastructure", text);
  },
};

// --- internal ---

const COMPILED = OWNERS.map(([glob, owner]) => [compileGlob(glob), owner] as const);
