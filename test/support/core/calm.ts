import type { HazardReader } from "#core/guard/reader";
import { readDocument } from "#core/iam/document";
import { account, known } from "./world.ts";

/** The policy that the console gives a key: its account decides. */
const USUAL = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: "kms:*", Resource: "*" },
};

/** A bucket that nothing but its encryption is special about: no hazard holds a write to it. */
export const calm: HazardReader = {
  bucketPolicy: async () => known(null),
  keyPolicy: async () => known(readDocument(JSON.stringify(USUAL))),
  keyGrants: async () => known([]),
  policyStatus: async () => known(null),
  publicAccessBlock: async () => known({ ignorePublicAcls: true, restrictPublicBuckets: true }),
  acl: async () => known([{ grantee: "c0ffee", permission: "FULL_CONTROL" }]),
  ownership: async () => known("BucketOwnerEnforced"),
  sseCWrites: async () => known(null),
  website: async () => known(false),
  replication: async () => known(null),
};
