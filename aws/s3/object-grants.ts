import { GetObjectAclCommand, type Grant, type Permission, type S3Client } from "@aws-sdk/client-s3";
import { unknownOrThrow } from "#aws/error";
import type { Fact } from "#core/fact";
import type { ObjectRef } from "#core/names";

/** An object's ACL as the parameters of a copy that shall have the same. */
export interface ObjectGrants {
  readonly GrantFullControl?: string;
  readonly GrantRead?: string;
  readonly GrantReadACP?: string;
  readonly GrantWriteACP?: string;
}

/**
 * Who was granted what on an object, since a copy forgets it. Not to be asked where the bucket owner is enforced: there are no ACLs then.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectAcl.html
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function readGrants(s3: S3Client, object: ObjectRef): Promise<Fact<ObjectGrants>> {
  try {
    const { Grants: grants = [] } = await s3.send(
      new GetObjectAclCommand({
        Bucket: object.bucket.bucket,
        Key: object.key,
        ExpectedBucketOwner: object.bucket.account,
        ...(object.versionId === undefined ? {} : { VersionId: object.versionId }),
      }),
    );
    return {
      known: true,
      value: {
        ...granted("GrantFullControl", grants, "FULL_CONTROL"),
        ...granted("GrantRead", grants, "READ"),
        ...granted("GrantReadACP", grants, "READ_ACP"),
        ...granted("GrantWriteACP", grants, "WRITE_ACP"),
      },
    };
  } catch (error) {
    return unknownOrThrow(error, "GetObjectAcl");
  }
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
