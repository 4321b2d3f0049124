import type { Fact } from "#core/fact";
import type { GuardFacts } from "./facts.ts";
import { type HazardAnswer, needs, unreadFact } from "./hazard.ts";

/** What it takes to read each fact about a bucket. */
const PERMISSIONS = {
  bucketPolicy: "s3:GetBucketPolicy",
  policyStatus: "s3:GetBucketPolicyStatus",
  publicAccessBlock: "s3:GetBucketPublicAccessBlock",
  accountBlock: "s3:GetAccountPublicAccessBlock",
  acl: "s3:GetBucketAcl",
  ownership: "s3:GetBucketOwnershipControls",
  website: "s3:GetBucketWebsite",
} as const;

type Read = keyof typeof PERMISSIONS;

/** The values of facts by their names. */
type Values<Name extends Read> = {
  readonly [K in Name]: Extract<NonNullable<GuardFacts[K]>, { readonly known: true }>["value"];
};

/**
 * The values of several facts, which are requested together: a hazard that depends on all of them
 * costs one round. Otherwise what is needed first, or which of them could not be read.
 *
 * @param what - what cannot be told without them; ends "whether …"
 */
export function readFacts<Name extends Read>(
  facts: GuardFacts,
  names: readonly Name[],
  what: string,
): { readonly kind: "read"; readonly values: Values<Name> } | HazardAnswer {
  const missing = names.filter((name) => facts[name] === undefined);
  if (missing.length > 0) return needs(...missing.map((fact) => ({ fact })));
  const values: Record<string, unknown> = {};
  for (const name of names) {
    const found = facts[name] as Fact<unknown>;
    if (!found.known) return unreadFact(what, found.error, PERMISSIONS[name]);
    values[name] = found.value;
  }
  return { kind: "read", values: values as Values<Name> };
}
