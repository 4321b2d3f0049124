import type { HazardReader } from "#core/guard/reader";
import { unseenKey } from "#core/guard/unseen-key";
import { readDocument } from "#core/iam/document";
import type { BucketRef } from "#core/names";
import { account, known } from "./world.ts";

/** The policy that the console gives a key: its account decides. */
const USUAL = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" },
};

const isOwn = (of: BucketRef, arn: string) => arn.split(":")[4] === of.account;

/** A bucket that nothing but its encryption is special about: no hazard holds a write to it. */
export const calm: HazardReader = {
  bucketPolicy: async () => known(null),
  keyPolicy: async (of, arn) => (isOwn(of, arn) ? known(readDocument(JSON.stringify(USUAL))) : unseenKey),
  keyGrants: async (of, arn) => (isOwn(of, arn) ? known([]) : unseenKey),
  policyStatus: async () => known(null),
  publicAccessBlock: async () => known({ ignorePublicAcls: true, restrictPublicBuckets: true }),
  accountBlock: async () => known({ ignorePublicAcls: false, restrictPublicBuckets: false }),
  acl: async () => known([{ grantee: "c0ffee", permission: "FULL_CONTROL" }]),
  ownership: async () => known("BucketOwnerEnforced"),
  sseCWrites: async () => known(null),
  website: async () => known(false),
  replication: async () => known(null),
};
