/** Readers without credentials: by whose leave everybody reads a bucket's objects, if anybody's. */

import type { Admitted } from "#core/iam/admitted";
import { safe } from "#core/safe";
import type { BucketGrant, PublicAccessBlock } from "./bucket-facts.ts";
import type { GuardFacts } from "./facts.ts";
import { type HazardAnswer, needs } from "./hazard.ts";

/** What shows whether a bucket is public, beside the block of its account. */
interface Openness {
  /** Those whom the bucket's policy lets read. */
  readonly visitors: readonly Admitted[];
  /** Whether S3 finds the policy public; `null`: there is no policy. */
  readonly isPublic: boolean | null;
  readonly block: PublicAccessBlock;
  readonly acl: readonly BucketGrant[];
  readonly ownership: string | null;
  readonly website: boolean;
}

/** A sentence's beginning, or the fact that it takes. */
type Opened = { readonly kind: "open"; readonly what: string } | { readonly kind: "closed" } | HazardAnswer;

/**
 * By what everybody reads. The stricter of the bucket's block and its account's counts; the
 * account's is requested only where the bucket's leaves something open. One that cannot be read
 * closes nothing, which is said, since it might.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function openToEverybody(shown: Openness, { accountBlock: account }: GuardFacts): Opened {
  if (openedBy(shown) === null) return { kind: "closed" };
  if (account === undefined) return needs({ fact: "accountBlock" });
  const what = openedBy(account.known ? { ...shown, block: stricter(shown.block, account.value) } : shown);
  if (what === null) return { kind: "closed" };
  const unread = account.known
    ? ""
    : ` (unless the account blocks it, which could not be read: ${safe(account.error.name)}; it takes s3:GetAccountPublicAccessBlock)`;
  return { kind: "open", what: `${what}${unread}` };
}

// --- internal ---

function openedBy({ visitors, isPublic, block, acl, ownership, website }: Openness): string | null {
  const open = visitors.find(({ who }) => who.kind === "everybody");
  // S3 restricts what it finds public itself: whom an address or an endpoint lets in gets in.
  const isRestricted = block.restrictPublicBuckets && isPublic !== false;
  if ((open !== undefined || isPublic === true) && !isRestricted) {
    const by = open === undefined ? "the bucket's policy" : `${safe(open.by)} of the bucket's policy`;
    return `${by} lets everybody read objects${website ? ", through its website too" : ""}`;
  }
  if (ownership === "BucketOwnerEnforced" || block.ignorePublicAcls) return null;
  const group = acl.find(isGroup);
  if (group !== undefined) return `the bucket's ACL lets ${GROUPS[group.grantee]} in`;
  return website ? "the bucket has a website, and ACLs may make its objects public" : null;
}

function stricter(one: PublicAccessBlock, other: PublicAccessBlock): PublicAccessBlock {
  return {
    ignorePublicAcls: one.ignorePublicAcls || other.ignorePublicAcls,
    restrictPublicBuckets: one.restrictPublicBuckets || other.restrictPublicBuckets,
  };
}

/** The groups of people whom no key policy knows. */
const GROUPS: Readonly<Record<string, string>> = {
  "http://acs.amazonaws.com/groups/global/AllUsers": "everybody",
  "http://acs.amazonaws.com/groups/global/AuthenticatedUsers": "everybody with an AWS account",
};

function isGroup({ grantee, permission }: BucketGrant): boolean {
  return Object.hasOwn(GROUPS, grantee) && (permission === "READ" || permission === "FULL_CONTROL");
}
