import type { HazardReader } from "#core/guard/reader";
import { known } from "./world.ts";

/** A bucket that nothing but its encryption is special about: no hazard holds a write to it. */
export const calm: HazardReader = {
  policyStatus: async () => known(null),
  publicAccessBlock: async () => known({ ignorePublicAcls: true, restrictPublicBuckets: true }),
  acl: async () => known([{ grantee: "c0ffee", permission: "FULL_CONTROL" }]),
  ownership: async () => known("BucketOwnerEnforced"),
  website: async () => known(false),
  replication: async () => known(null),
};
