import type { ObjectFacts } from "#core/decide/object/facts";
import { sameObject } from "#core/decide/object/same";
import { parseKmsArn } from "#core/key/arn";
import type { Reason } from "#core/reason/reason";
import { alarm, hasWanted, isVersion } from "./observe.ts";
import type { ObservedWrite, PlannedWrite, Strategy } from "./strategy.ts";

/**
 * UpdateObjectEncryption: no byte moves. It re-encrypts SSE-S3 and SSE-KMS objects under a KMS key
 * of the bucket's own account, and returns the same AccessDenied for every obstacle.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/update-sse-encryption.html
 */
export const update: Strategy<"update"> = {
  name: "update",
  replaces: false,
  unavailable: {
    code: "update-unavailable",
    text: "UpdateObjectEncryption is not used outside AWS: a store without it would replace the object's bytes",
  },
  obstacle: ({ encryption: { algorithm: from } }, wanted, { ref }) => {
    if (from !== "AES256" && from !== "aws:kms") return needsCopy(`an object under ${from}`);
    if (wanted.algorithm !== "aws:kms") return needsCopy(`re-encrypting to ${wanted.algorithm}`);
    return parseKmsArn(wanted.key ?? "")?.account === ref.account ? null : needsCopy("a key of another account");
  },
  observed,
  isOurs: ({ seen }, _, now) => sameObject(seen, now),
};

// --- internal ---

function needsCopy(what: string): Reason {
  return { code: "copy-not-allowed", text: `${what} needs a copy` };
}

function observed(write: PlannedWrite, _: unknown, now: ObjectFacts): ObservedWrite {
  const { seen } = write;
  if (now.size === seen.size && now.etag === seen.etag) {
    return hasWanted(write, now)
      ? { kind: "as wanted" }
      : { kind: "moved", why: "the update is not seen, or was undone" };
  }
  if (isSameGeneration(seen, now)) return alarm(seen, now);
  return { kind: "moved", why: "overwritten after it was read for the update" };
}

/**
 * Whether this is provably the object that was seen, and not a newer write. The same version id
 * proves it. Without versions the same Last-Modified does, but only if a write after the first look
 * could not have it: HTTP's times are whole seconds, and a multipart upload carries its start time,
 * however late it ends.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
 */
function isSameGeneration(seen: ObjectFacts, now: ObjectFacts): boolean {
  if (seen.versionId !== now.versionId) return false;
  if (isVersion(seen.versionId)) return true;
  const isLater = seen.servedAt >= Date.parse(seen.lastModified) + 1000;
  return seen.lastModified === now.lastModified && isLater && !isMultipart(now);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_Object.html */
function isMultipart({ etag }: ObjectFacts): boolean {
  return /-\d+"?$/.test(etag);
}
