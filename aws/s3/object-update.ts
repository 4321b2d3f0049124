import { type S3Client, UpdateObjectEncryptionCommand } from "@aws-sdk/client-s3";
import type { WantedObjectEncryption } from "#core/encryption";
import type { ObjectRef } from "#core/names";
import type { ObjectWrite } from "#core/object/ports";
import { isAwsHost } from "./aws-host.ts";
import { inRegion } from "./elsewhere.ts";
import { objectWriteRefusal } from "./object-refusal.ts";
import { sendOnce, type WritePermit } from "./send-once.ts";

/**
 * Changes an object's encryption to SSE-KMS without moving a byte, pinned to the version that
 * `object` names. The bucket key is always stated: its default is off. A store that does not know
 * this call takes it for a PutObject and replaces the object's bytes with the request's, so the
 * call is only sent to hosts of AWS, unless `outsideAws` is set.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_UpdateObjectEncryption.html
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function updateObjectEncryption(
  s3: S3Client,
  object: ObjectRef,
  wanted: WantedObjectEncryption,
  options: { readonly outsideAws: boolean; readonly permit: WritePermit },
): Promise<ObjectWrite> {
  const command = new UpdateObjectEncryptionCommand({
    Bucket: object.bucket.bucket,
    Key: object.key,
    ExpectedBucketOwner: object.bucket.account,
    ObjectEncryption: { SSEKMS: { KMSKeyArn: wanted.key ?? "", BucketKeyEnabled: wanted.bucketKey } },
    ...(object.versionId === undefined ? {} : { VersionId: object.versionId }),
  });
  command.middlewareStack.add(
    (next) => (given) => {
      const { hostname } = given.request as { readonly hostname: string };
      if (!options.outsideAws && !isAwsHost(hostname)) throw new OutsideAws(hostname);
      return next(given);
    },
    { step: "finalizeRequest", name: "onlyToAws" },
  );
  try {
    await inRegion(object.bucket.region, () => sendOnce(s3, command, options.permit));
    return { kind: "written" };
  } catch (error) {
    return objectWriteRefusal(error, "UpdateObjectEncryption");
  }
}

// --- internal ---

class OutsideAws extends Error {
  override readonly name = "OutsideAws";

  constructor(host: string) {
    super(`UpdateObjectEncryption was not sent to ${host}, which is outside AWS`);
  }
}
