import { decide } from "#core/decide/decide";
import type { Facts } from "#core/decide/facts";
import type { KeyFacts } from "#core/key/key";
import { compilePolicy } from "#core/match/compile";
import { policySchema } from "#core/policy/policy";

/**
 * Decisions per second: matching against 1,000 rules and judging, with all facts known. Buckets are
 * spread evenly over the rules, so on average half of them are tried before one matches; every
 * tenth bucket matches none. Prints one line.
 *
 *     node bench/decide.ts
 */
const RULES = 1_000;
const GOAL = 200_000;
const SECONDS = 2;

const alias = "arn:aws:kms:eu-west-1:111122223333:alias/s3-default";
const key: KeyFacts = {
  arn: "arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555",
  state: "Enabled",
  spec: "SYMMETRIC_DEFAULT",
  usage: "ENCRYPT_DECRYPT",
  manager: "CUSTOMER",
};

const policy = compilePolicy(
  policySchema.parse({
    version: 1,
    keys: { default: "arn:{partition}:kms:{region}:{account}:alias/s3-default" },
    rules: Array.from({ length: RULES }, (_, at) => ({
      id: `team-${at}`,
      match: { accounts: ["111122223333"], buckets: [`team-${at}-*`], except: { buckets: ["*-scratch"] } },
      encryption: { algorithm: "aws:kms", key: "default", bucketKey: true, blockSseC: true },
      mode: "enforce",
    })),
  }),
);

const worlds = Array.from({ length: RULES }, (_, at) => world(at));

let decisions = 0;
let writes = 0;
const begun = performance.now();
while (performance.now() - begun < SECONDS * 1000) {
  for (const facts of worlds) {
    const decision = decide(policy, facts);
    if (decision.kind === "plan" && decision.plan.action === "write") writes++;
  }
  decisions += worlds.length;
}
const perSecond = Math.round((decisions / (performance.now() - begun)) * 1000);
console.log(
  `decide: ${perSecond.toLocaleString("en")} decisions/s with ${RULES.toLocaleString("en")} rules ` +
    `(goal ${GOAL.toLocaleString("en")}: ${perSecond >= GOAL ? "met" : "missed"}; ${Math.round((writes / decisions) * 100)} % of them writes)`,
);

function world(at: number): Facts {
  return {
    now: Date.parse("2026-11-21T08:15:19Z"),
    ref: {
      partition: "aws",
      account: "111122223333",
      region: "eu-west-1",
      bucket: at % 10 === 9 ? `nobody-${at}` : `team-${at}-data`,
    },
    encryption: {
      known: true,
      value:
        at % 2 === 0
          ? { algorithm: "AES256", bucketKey: false, sseC: "SSE-C" }
          : { algorithm: "aws:kms", key: key.arn, bucketKey: true, sseC: "SSE-C" },
    },
    keys: new Map([[alias, { known: true, value: key }]]),
    pins: new Map([[alias, { known: true, value: key.arn }]]),
  };
}
