import type { ObjectReader } from "#core/decide/object/reader";
import type { ObjectRef } from "#core/names";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";

/**
 * What speaks against copying an object onto itself because of a multipart upload of its key that is under way: S3 dates an upload by its
 * beginning, so that one which ends after the copy is older than the copy and never seen. `null`: nothing does.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html#mpuconcurrentops
 */
export async function uploadHazard(
  reader: Pick<ObjectReader, "uploading">,
  { bucket, key }: ObjectRef,
): Promise<Reason | null> {
  const uploading = await reader.uploading({ bucket, key });
  if (!uploading.known) {
    const text = `whether a multipart upload is under way could not be read: ${safe(uploading.error.name)}`;
    return { code: "unreadable", text };
  }
  if (!uploading.value) return null;
  const text = "a multipart upload of this key is under way: a copy made now would be newer, and bury what it comes to";
  return { code: "upload-under-way", text };
}
