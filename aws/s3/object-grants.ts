import { GetObjectAclCommand, type Grant, type Permission, type S3Client } from "@aws-sdk/client-s3";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";
import type { ObjectRef } from "#core/names";
import { inRegion } from "./elsewhere.ts";

/** An object's ACL, as the parameters that give a copy the same one. */
export interface ObjectGrants {
  readonly GrantFullControl?: string;
  readonly GrantRead?: string;
  readonly GrantReadACP?: string;
  readonly GrantWriteACP?: string;
}

/**
 * The grants of an object's ACL, which a copy would lose. Not for buckets whose owner is enforced:
 * they have no ACLs.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readGrants(s3: S3Client, object: ObjectRef): Promise<Fact<ObjectGrants>> {
  const get = new GetObjectAclCommand({
    Bucket: object.bucket.bucket,
    Key: object.key,
    ExpectedBucketOwner: object.bucket.account,
    ...(object.versionId === undefined ? {} : { VersionId: object.versionId }),
  });
  return fact("GetObjectAcl", async () => {
    const { Grants: grants = [] } = await inRegion(object.bucket.region, () => s3.send(get));
    return {
      ...granted("GrantFullControl", grants, "FULL_CONTROL"),
      ...granted("GrantRead", grants, "READ"),
      ...granted("GrantReadACP", grants, "READ_ACP"),
      ...granted("GrantWriteACP", grants, "WRITE_ACP"),
    };
  });
}

// --- internal ---

function granted(name: keyof ObjectGrants, grants: readonly Grant[], permission: Permission): ObjectGrants {
  const grantees = grants.filter((grant) => grant.Permission === permission).map(grantee);
  return grantees.length === 0 ? {} : { [name]: grantees.join(", ") };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#specifying-grantee */
function grantee({ Grantee: to }: Grant): string {
  return to?.URI === undefined ? `id="${to?.ID}"` : `uri="${to.URI}"`;
}
