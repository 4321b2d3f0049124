import type { S3Client } from "@aws-sdk/client-s3";
import type { ObjectRef } from "#core/names";
import type { UploadTurns } from "./turns.ts";
import { abortUpload } from "./uploads.ts";

/**
 * Aborts the upload that was begun for an object which needs no copy any more: somebody overwrote
 * or deleted it, or it must not be written now. One that somebody is at work on is left to them.
 * @throws RetryableError on throttling, 5xx and timeouts; the SDK's error otherwise.
 */
export async function abandonUpload(s3: S3Client, turns: UploadTurns, object: ObjectRef): Promise<void> {
  if ((await turns.begun(object)) === null) return;
  const begun = await turns.take(object);
  if (begun === "taken") return;
  if (begun !== "none") await abortUpload(s3, object, begun.uploadId);
  await turns.forget(object);
}
