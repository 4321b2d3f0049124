import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  type S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { orRetryable, statusOf } from "#aws/error";
import { inRegion } from "#aws/s3/elsewhere";
import { objectWriteRefusal } from "#aws/s3/object-refusal";
import { sendOnce, type WritePermit } from "#aws/s3/send-once";
import type { ObjectFacts } from "#core/decide/object/facts";
import type { WantedObjectEncryption } from "#core/encryption";
import type { ObjectRef } from "#core/names";
import type { PartRange } from "#core/object/parts";
import type { ObjectWrite } from "#core/object/ports";
import type { KeptAttributes } from "./kept.ts";

/** The result of a call that is part of a copy. */
type Answered<T> = { readonly kind: "done"; readonly value: T } | Exclude<ObjectWrite, { kind: "written" }>;

/** A part that S3 has, as the completion names it. */
export type UploadedPart = CompletedPart & { readonly PartNumber: number };

/**
 * Begins an upload that keeps what a copy keeps, under the wanted encryption.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function beginUpload(
  s3: S3Client,
  { bucket: ref, key }: ObjectRef,
  { upload, expires }: KeptAttributes,
  wanted: WantedObjectEncryption,
  permit: WritePermit,
): Promise<Answered<string>> {
  const command = new CreateMultipartUploadCommand({
    ...upload,
    Bucket: ref.bucket,
    Key: key,
    ExpectedBucketOwner: ref.account,
    ServerSideEncryption: wanted.algorithm,
    ...(wanted.key === undefined ? {} : { SSEKMSKeyId: wanted.key }),
    ...(wanted.algorithm === "aws:kms" ? { BucketKeyEnabled: wanted.bucketKey } : {}),
  });
  // As it was written: not every value is a date that could be read and written again.
  if (expires !== null) withHeader(command, "expires", expires);
  return answered("CreateMultipartUpload", async () => {
    const { UploadId: id } = await inRegion(ref.region, () => sendOnce(s3, command, permit));
    if (id === undefined) throw new Error("an upload without an id");
    return id;
  });
}

/**
 * The parts that an upload has; `null`: there is no such upload any more.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function uploadedParts(
  s3: S3Client,
  { bucket: ref, key }: ObjectRef,
  uploadId: string,
): Promise<UploadedPart[] | null> {
  const parts: UploadedPart[] = [];
  const at = { Bucket: ref.bucket, Key: key, UploadId: uploadId, ExpectedBucketOwner: ref.account };
  let marker: string | undefined;
  try {
    do {
      const list = new ListPartsCommand({ ...at, ...(marker === undefined ? {} : { PartNumberMarker: marker }) });
      const page = await orRetryable("ListParts", () => inRegion(ref.region, () => s3.send(list)));
      for (const { LastModified: _, Size: __, PartNumber = 0, ...part } of page.Parts ?? []) {
        parts.push({ ...part, PartNumber });
      }
      marker = page.IsTruncated === true ? page.NextPartNumberMarker : undefined;
    } while (marker !== undefined);
    return parts;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

/**
 * Copies one part out of the object that was seen, and out of no other.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function copyPart(
  s3: S3Client,
  { bucket: ref, key }: ObjectRef,
  uploadId: string,
  { etag, versionId }: Pick<ObjectFacts, "etag" | "versionId">,
  { number, first, last }: PartRange,
  permit: WritePermit,
): Promise<Answered<UploadedPart>> {
  const path = `${ref.bucket}/${key.split("/").map(encodeURIComponent).join("/")}`;
  const command = new UploadPartCopyCommand({
    Bucket: ref.bucket,
    Key: key,
    UploadId: uploadId,
    PartNumber: number,
    ExpectedBucketOwner: ref.account,
    CopySource: versionId === undefined ? path : `${path}?versionId=${encodeURIComponent(versionId)}`,
    CopySourceIfMatch: etag,
    CopySourceRange: `bytes=${first}-${last}`,
    ExpectedSourceBucketOwner: ref.account,
  });
  return answered("UploadPartCopy", async () => {
    const answer = await inRegion(ref.region, () => sendOnce(s3, command, permit, PART_MILLISECONDS));
    const { LastModified: _, ...part } = answer.CopyPartResult ?? {};
    return { ...part, PartNumber: number };
  });
}

/**
 * Completes an upload: only then the object is replaced, and only if it is still the one that was
 * seen. S3 compares the size and, where it is one of the whole object, the checksum.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function completeUpload(
  s3: S3Client,
  { bucket: ref, key }: ObjectRef,
  uploadId: string,
  seen: ObjectFacts,
  parts: readonly UploadedPart[],
  { whole }: KeptAttributes,
  permit: WritePermit,
): Promise<ObjectWrite> {
  const command = new CompleteMultipartUploadCommand({
    Bucket: ref.bucket,
    Key: key,
    UploadId: uploadId,
    ExpectedBucketOwner: ref.account,
    IfMatch: seen.etag,
    MpuObjectSize: seen.size,
    ...whole,
    MultipartUpload: { Parts: parts.toSorted((a, b) => a.PartNumber - b.PartNumber) },
  });
  const done = await answered("CompleteMultipartUpload", () =>
    inRegion(ref.region, () => sendOnce(s3, command, permit, COMPLETE_MILLISECONDS)),
  );
  if (done.kind !== "done") return done;
  const { VersionId: versionId, ETag: etag } = done.value;
  return {
    kind: "written",
    ...(versionId === undefined ? {} : { versionId }),
    ...(etag === undefined ? {} : { etag }),
    ...(seen.versionId === undefined ? {} : { sourceVersionId: seen.versionId }),
  };
}

/**
 * Aborts an upload, whose parts are then gone. One that is completed or aborted stays so.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function abortUpload(s3: S3Client, { bucket: ref, key }: ObjectRef, uploadId: string): Promise<void> {
  const at = { Bucket: ref.bucket, Key: key, UploadId: uploadId, ExpectedBucketOwner: ref.account };
  const abort = new AbortMultipartUploadCommand(at);
  try {
    await orRetryable("AbortMultipartUpload", () => inRegion(ref.region, () => s3.send(abort)));
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
}

/** The time that S3 has for one part, and for putting them together. */
export const PART_MILLISECONDS = 100_000;
export const COMPLETE_MILLISECONDS = 100_000;

// --- internal ---

async function answered<T>(what: string, call: () => Promise<T>): Promise<Answered<T>> {
  try {
    return { kind: "done", value: await call() };
  } catch (error) {
    return objectWriteRefusal(error, what);
  }
}

function withHeader(command: CreateMultipartUploadCommand, name: string, value: string): void {
  command.middlewareStack.add(
    (next) => (given) => {
      const { headers } = given.request as { readonly headers: Record<string, string> };
      headers[name] = value;
      return next(given);
    },
    { step: "build", name: `${name}Header` },
  );
}
