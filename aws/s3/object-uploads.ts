import { ListMultipartUploadsCommand, type S3Client } from "@aws-sdk/client-s3";
import { unknownOrThrow } from "#aws/error";
import type { Fact } from "#core/fact";
import type { ObjectRef } from "#core/names";

/**
 * Whether a multipart upload of this very key was begun and is neither completed nor aborted. Uploads are listed by their keys, and of all that
 * begin with a key that key itself comes first.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html
 * @throws RetryableError on throttling, 5xx and time-outs.
 */
export async function isUploading(s3: S3Client, { bucket: ref, key }: ObjectRef): Promise<Fact<boolean>> {
  try {
    const { Uploads: uploads = [], EncodingType: encoding } = await s3.send(
      new ListMultipartUploadsCommand({
        Bucket: ref.bucket,
        ExpectedBucketOwner: ref.account,
        Prefix: key,
        MaxUploads: 1,
        EncodingType: "url",
      }),
    );
    return { known: true, value: uploads.some((upload) => decoded(upload.Key, encoding) === key) };
  } catch (error) {
    return unknownOrThrow(error, "ListMultipartUploads");
  }
}

// --- internal ---

/** Encoded as in a form where the answer says so: a key may hold what XML cannot. */
function decoded(key = "", encoding?: string): string {
  return encoding === "url" ? decodeURIComponent(key.replaceAll("+", " ")) : key;
}
