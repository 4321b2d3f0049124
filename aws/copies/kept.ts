import { createHash } from "node:crypto";
import {
  type CompleteMultipartUploadCommandInput,
  type CreateMultipartUploadCommandInput,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type HeadObjectCommandInput,
  type HeadObjectCommandOutput,
  ListObjectAnnotationsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { statusOf, unknownOrThrow } from "#aws/error";
import { fact } from "#aws/fact";
import { inRegion } from "#aws/s3/elsewhere";
import type { ObjectGrants } from "#aws/s3/object-grants";
import type { ObjectFacts } from "#core/decide/object/facts";
import type { WantedObjectEncryption } from "#core/encryption";
import type { Fact } from "#core/fact";
import type { ObjectRef } from "#core/names";

/**
 * What a copy in parts keeps of an object. Nothing is kept by itself, so all of it is read first.
 */
export interface KeptAttributes {
  /** Parameters of the upload. */
  readonly upload: Partial<CreateMultipartUploadCommandInput>;
  /** The header as it is; `null`: none. */
  readonly expires: string | null;
  /** The checksum of the whole object, which S3 compares in the end; none: it has another kind. */
  readonly whole: Partial<CompleteMultipartUploadCommandInput>;
  /** The source's own parts, where its checksum is one over theirs. */
  readonly like: { readonly bytes: number; readonly parts: number } | null;
  readonly isAnnotated: boolean;
}

/**
 * Reads what is kept of the current object; `null`: it is not the one that was seen.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/CopyingObjectsMPUapi.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function readKept(
  s3: S3Client,
  object: ObjectRef,
  seen: ObjectFacts,
  grants: ObjectGrants,
): Promise<Fact<KeptAttributes | null>> {
  const at = { Bucket: object.bucket.bucket, Key: object.key, ExpectedBucketOwner: object.bucket.account };
  const from = <T>(call: () => Promise<T>) => inRegion(object.bucket.region, call);
  const head = await fact("HeadObject", () =>
    from(() => s3.send(new HeadObjectCommand({ ...at, ChecksumMode: "ENABLED" }))),
  );
  if (!head.known) return head.error.name === "NotFound" ? GONE : head;
  const { value } = head;
  if (!isSeen(value, seen)) return GONE;
  if ((value.MissingMeta ?? 0) > 0) {
    return { known: false, error: { name: "MissingMeta", message: "it has metadata that HeadObject does not return" } };
  }
  const [tags, annotated, like] = await Promise.all([
    fact("GetObjectTagging", () => from(() => s3.send(new GetObjectTaggingCommand(at)))),
    isAnnotated(s3, object, at),
    isComposite(value)
      ? fact("HeadObject", () =>
          from(async () => firstPart(await s3.send(new HeadObjectCommand({ ...at, PartNumber: 1 })))),
        )
      : NO_PARTS,
  ]);
  for (const each of [tags, annotated, like]) if (!each.known) return each;
  if (!tags.known || !annotated.known || !like.known) return GONE;
  const tagging = (tags.value.TagSet ?? [])
    .map(({ Key = "", Value = "" }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`)
    .join("&");
  const kept = {
    upload: { ...uploadOf(value), ...(tagging === "" ? {} : { Tagging: tagging }), ...grants },
    expires: value.ExpiresString ?? null,
    whole: wholeOf(value),
    like: like.value,
    isAnnotated: annotated.value,
  };
  return { known: true, value: kept };
}

/** A fingerprint of everything that an upload is begun with: another one is another upload. */
export function fingerprintOf(
  { etag, size, versionId, lastModified }: ObjectFacts,
  kept: KeptAttributes,
  wanted: WantedObjectEncryption,
): string {
  const all = [etag, size, versionId ?? null, lastModified, kept, wanted];
  return createHash("sha256").update(JSON.stringify(all)).digest("hex");
}

// --- internal ---

const GONE = { known: true, value: null } as const;
const NO_PARTS = { known: true, value: null } as const;

function isSeen(head: HeadObjectCommandOutput, seen: ObjectFacts): boolean {
  return (
    head.ETag === seen.etag &&
    head.ContentLength === seen.size &&
    head.VersionId === seen.versionId &&
    head.LastModified?.toISOString() === seen.lastModified
  );
}

function uploadOf(head: HeadObjectCommandOutput): Partial<CreateMultipartUploadCommandInput> {
  const given: Partial<CreateMultipartUploadCommandInput> = {
    CacheControl: head.CacheControl,
    ContentDisposition: head.ContentDisposition,
    ContentEncoding: head.ContentEncoding,
    ContentLanguage: head.ContentLanguage,
    ContentType: head.ContentType,
    Metadata: head.Metadata,
    StorageClass: head.StorageClass,
    WebsiteRedirectLocation: head.WebsiteRedirectLocation,
    ...checksumOf(head),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/**
 * The same algorithm; without any, S3's own default. Of a multipart upload only a CRC can be one of
 * the whole object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
function checksumOf(head: HeadObjectCommandOutput): Partial<CreateMultipartUploadCommandInput> {
  const algorithm = algorithmOf(head) ?? "CRC64NVME";
  const ChecksumType = isComposite(head) || !algorithm.startsWith("CRC") ? "COMPOSITE" : "FULL_OBJECT";
  return {
    ChecksumAlgorithm: algorithm as NonNullable<CreateMultipartUploadCommandInput["ChecksumAlgorithm"]>,
    ChecksumType,
  };
}

function wholeOf(head: HeadObjectCommandOutput): Partial<CompleteMultipartUploadCommandInput> {
  const { ChecksumType } = checksumOf(head);
  const algorithm = algorithmOf(head);
  if (ChecksumType !== "FULL_OBJECT") return {};
  if (algorithm === undefined) return { ChecksumType };
  const name = `Checksum${algorithm}` as keyof HeadObjectCommandOutput;
  return { ChecksumType, [name]: head[name] };
}

function algorithmOf(head: HeadObjectCommandOutput): string | undefined {
  const names = Object.entries(head).filter(([, value]) => value !== undefined);
  return names.flatMap(([name]) => /^Checksum([A-Z0-9]+)$/.exec(name)?.[1] ?? [])[0];
}

function isComposite({ ChecksumType }: HeadObjectCommandOutput): boolean {
  return ChecksumType === "COMPOSITE";
}

/** Annotations are new: a Region or a store that does not know them has none. */
async function isAnnotated(
  s3: S3Client,
  { bucket: { region } }: ObjectRef,
  at: Pick<HeadObjectCommandInput, "Bucket" | "Key" | "ExpectedBucketOwner">,
): Promise<Fact<boolean>> {
  const list = new ListObjectAnnotationsCommand({ ...at, MaxAnnotationResults: 1 });
  try {
    const { Annotations = [] } = await inRegion(region, () => s3.send(list));
    return { known: true, value: Annotations.length > 0 };
  } catch (error) {
    if (statusOf(error) === 501 || statusOf(error) === 405) return { known: true, value: false };
    return unknownOrThrow(error, "ListObjectAnnotations");
  }
}

function firstPart({ ContentLength: bytes, PartsCount: parts }: HeadObjectCommandOutput): KeptAttributes["like"] {
  return bytes === undefined || parts === undefined ? null : { bytes, parts };
}
