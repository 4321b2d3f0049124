import { ListMultipartUploadsCommand, type S3Client } from "@aws-sdk/client-s3";
import { fact } from "#aws/fact";
import type { Fact } from "#core/fact";
import type { ObjectRef } from "#core/names";
import { inRegion } from "./elsewhere.ts";

/**
 * Whether a multipart upload of this very key is under way, neither completed nor aborted. S3 lists
 * uploads by key, so of all keys with this prefix the key itself comes first.
 *
 * @param ours - the upload that we have begun ourselves, asked for where there is one at all
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function isUploading(
  s3: S3Client,
  { bucket: ref, key }: ObjectRef,
  ours: () => Promise<string | null> = async () => null,
): Promise<Fact<boolean>> {
  const list = new ListMultipartUploadsCommand({
    Bucket: ref.bucket,
    ExpectedBucketOwner: ref.account,
    Prefix: key,
    MaxUploads: 2,
    EncodingType: "url",
  });
  return fact("ListMultipartUploads", async () => {
    const { Uploads: uploads = [], EncodingType: encoding } = await inRegion(ref.region, () => s3.send(list));
    const same = uploads.filter((upload) => decoded(upload.Key, encoding) === key);
    if (same.length === 0) return false;
    const own = await ours();
    return same.some(({ UploadId: id }) => id !== own);
  });
}

// --- internal ---

/**
 * A key as it is: the response says whether it is form-encoded, since a key may hold what XML
 * cannot.
 */
function decoded(key = "", encoding?: string): string {
  return encoding === "url" ? decodeURIComponent(key.replaceAll("+", " ")) : key;
}
