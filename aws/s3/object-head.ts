import { HeadBucketCommand, HeadObjectCommand, type HeadObjectCommandOutput, type S3Client } from "@aws-sdk/client-s3";
import { messageOf, RetryableError, statusOf, unknownOrThrow } from "#aws/error";
import type { ObjectFacts } from "#core/decide/object/facts";
import type { Algorithm, ObjectEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { ObjectRef } from "#core/names";
import { inRegion } from "./elsewhere.ts";
import { keyId } from "./key-id.ts";

/**
 * What S3 says about an object, or the named version; `null` where there is none or a delete
 * marker. The current object is read first: where it is the named version, one call is enough. An
 * object under SSE-C returns a bare 400 without its key. Other faults are 400 too; HeadBucket tells
 * them apart.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function headObject(s3: S3Client, object: ObjectRef): Promise<Fact<ObjectFacts | null>> {
  const current = await head(s3, object, undefined, true);
  const { versionId } = object;
  if (versionId === undefined || !current.known) return current;
  const { value } = current;
  // A refusal does not say which version it is about.
  const isNamed = value !== null && value.encryption.algorithm !== "SSE-C" && (value.versionId ?? "null") === versionId;
  return isNamed ? current : head(s3, object, versionId, false);
}

// --- internal ---

async function head(
  s3: S3Client,
  object: ObjectRef,
  versionId: string | undefined,
  isCurrent: boolean,
): Promise<Fact<ObjectFacts | null>> {
  const command = new HeadObjectCommand({
    Bucket: object.bucket.bucket,
    Key: object.key,
    ExpectedBucketOwner: object.bucket.account,
    ...(versionId === undefined ? {} : { VersionId: versionId }),
  });
  let servedAt = 0;
  command.middlewareStack.add(
    (next) => async (given) => {
      const result = await next(given);
      servedAt = dateOf(result.response);
      return result;
    },
    { step: "deserialize", name: "servedAt" },
  );
  try {
    const answer = await inRegion(object.bucket.region, () => s3.send(command));
    return { known: true, value: factsOf(answer, isCurrent, servedAt) };
  } catch (error) {
    const status = statusOf(error);
    if (status === 404 || status === 405) return { known: true, value: null };
    if (status === 400) return withoutItsKey(s3, object, versionId, isCurrent);
    if (status === 403) return { known: false, error: { name: "AccessDenied", message: messageOf(error) } };
    return unknownOrThrow(error, "HeadObject");
  }
}

/**
 * What a bare 400 means: SSE-C, a bucket in another Region, which HeadBucket names, or expired
 * credentials, which HeadBucket refuses with 400 as well.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
async function withoutItsKey(
  s3: S3Client,
  { bucket: ref }: ObjectRef,
  versionId: string | undefined,
  isCurrent: boolean,
): Promise<Fact<ObjectFacts | null>> {
  try {
    const head = new HeadBucketCommand({ Bucket: ref.bucket, ExpectedBucketOwner: ref.account });
    await inRegion(ref.region, () => s3.send(head));
    return { known: true, value: unreadable(versionId, isCurrent) };
  } catch (error) {
    if (statusOf(error) === 404) return { known: true, value: null };
    if (statusOf(error) === 400) throw new RetryableError("HeadObject: 400, and HeadBucket too", { cause: error });
    return unknownOrThrow(error, "HeadBucket");
  }
}

/** The server's clock, in whole seconds; 0 where it did not say. */
function dateOf(response: unknown): number {
  const { headers } = response as { readonly headers?: Readonly<Record<string, string>> };
  return Date.parse(headers?.date ?? "") || 0;
}

function factsOf(answer: HeadObjectCommandOutput, isCurrent: boolean, servedAt: number): ObjectFacts {
  return {
    encryption: encryptionOf(answer),
    size: answer.ContentLength ?? 0,
    etag: answer.ETag ?? "",
    lastModified: (answer.LastModified ?? new Date(0)).toISOString(),
    storageClass: answer.StorageClass ?? "STANDARD",
    restored: /ongoing-request="false"/.test(answer.Restore ?? ""),
    legalHold: answer.ObjectLockLegalHoldStatus === "ON",
    isCurrent,
    servedAt,
    ...given("versionId", answer.VersionId),
    ...given("archiveStatus", answer.ArchiveStatus),
    ...given("replication", answer.ReplicationStatus),
    ...given("lockMode", answer.ObjectLockMode),
    ...given("lockUntil", answer.ObjectLockRetainUntilDate?.toISOString()),
    ...given("websiteRedirect", answer.WebsiteRedirectLocation),
  };
}

function encryptionOf(answer: HeadObjectCommandOutput): ObjectEncryption {
  return {
    algorithm: (answer.ServerSideEncryption as Algorithm | undefined) ?? "none",
    bucketKey: answer.BucketKeyEnabled ?? false,
    ...given("key", answer.SSEKMSKeyId === undefined ? undefined : keyId(answer.SSEKMSKeyId)),
  };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html */
function unreadable(versionId: string | undefined, isCurrent: boolean): ObjectFacts {
  return {
    encryption: { algorithm: "SSE-C", bucketKey: false },
    size: 0,
    etag: "",
    lastModified: new Date(0).toISOString(),
    storageClass: "STANDARD",
    restored: false,
    legalHold: false,
    isCurrent,
    servedAt: 0,
    ...given("versionId", versionId),
  };
}

function given<K extends string>(name: K, value: string | undefined): { readonly [name in K]?: string } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [name in K]?: string };
}
