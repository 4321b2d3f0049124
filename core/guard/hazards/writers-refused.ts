import { isKms, isReKeyed } from "#core/guard/effect";
import { clear, type GuardedPlan, type Hazard, hazard, needs, unreadFact } from "#core/guard/hazard";
import type { UploadEncryption } from "#core/iam/upload-conditions";
import { type RefusedUpload, wouldRefuseUpload } from "#core/iam/upload-refused";
import { parseKmsArn } from "#core/key/arn";
import { safe } from "#core/safe";

/**
 * The bucket's policy refuses uploads under the declared encryption, or requires another one:
 * whoever uploads would be refused from the change on, or go on uploading what the rule does not
 * want.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html#require-sse-kms
 */
export const writersRefused: Hazard = {
  name: "writers-refused",
  about: ["bucket"],
  isAcceptable: true,
  texts: {
    breaks:
      "The bucket policy denies uploads under the declared encryption, or allows them under another one only. S3 evaluates `s3:x-amz-server-side-encryption-aws-kms-key-id` with the key that it will use, also where that is the default's: uploads that pass today are refused from the change on.",
    seen: "`GetBucketPolicy`: its statements about `s3:PutObject` with conditions on `s3:x-amz-server-side-encryption…`, evaluated for uploads without a header, before and after the change, and for uploads that ask for the declared encryption. What cannot be evaluated holds as well. Policies of users, roles and the organization are not seen.",
    fix: "Change the statement so that it pins the declared key (`ArnNotEqualsIfExists`), or remove it; or declare the encryption that it requires.",
    accept: "Nobody uploads in the way that the statement refuses.",
  },
  check: (plan, { ref, bucketPolicy: policy }) => {
    if (!isReKeyed(plan)) return clear;
    if (policy === undefined) return needs({ fact: "bucketPolicy" });
    if (!policy.known) return unreadFact("the bucket's policy refuses uploads", policy.error, "s3:GetBucketPolicy");
    if (policy.value === null) return clear;
    const bucketArn = `arn:${ref.partition}:s3:::${ref.bucket}`;
    const [today, declared] = [uploadOf(plan.before), uploadOf(plan.after)];
    const [first, ...more] = wouldRefuseUpload(policy.value, bucketArn, ref.account, today, declared);
    return first === undefined ? clear : hazard("writers-refused", textOf(first, more.length));
  },
};

// --- internal ---

/**
 * What is encrypted without a configuration is under SSE-S3; a key that is not spelled as its ARN
 * may be any key.
 */
function uploadOf(encryption: GuardedPlan["after"]): UploadEncryption {
  const algorithm = encryption?.algorithm ?? "AES256";
  if (!isKms(algorithm)) return { algorithm, key: null };
  const key = encryption?.key ?? "";
  return { algorithm, key: parseKmsArn(key)?.kind === "key" ? key : undefined };
}

function textOf({ by, upload, isSure }: RefusedUpload, more: number): string {
  const others = more === 0 ? "" : `, and ${more} more of its statements`;
  const would = isSure ? "would" : "may";
  const what =
    upload === "default"
      ? `${would} refuse uploads that leave their encryption to the bucket's default`
      : `${would} refuse uploads that ask for the declared encryption, and requires another`;
  return `writers refused: ${safe(by)} of the bucket's policy${others} ${what}`;
}
