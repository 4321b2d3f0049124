import type { Plan } from "#core/decide/plan";
import { isAlgorithm, strengthOf, usesKey } from "#core/encryption";
import { compileGlob, globMatches } from "#core/match/glob";
import type { BucketRef } from "#core/names";
import type { Reason } from "#core/reason/reason";
import { safe } from "#core/safe";

/**
 * What is said of a write without holding it: what it costs, what it weakens, and who may need a
 * right that nobody can see. Reasons, so that plan, explain and the alert show the same words.
 */
export function notesOf(plan: Plan, { bucket }: Pick<BucketRef, "bucket">): Reason[] {
  if (plan.action !== "write") return [];
  return [...weakening(plan), ...kmsRequests(plan), ...terraformState(plan, bucket)];
}

// --- internal ---

function weakening({ before, after }: Plan): Reason[] {
  if (before === null || after === null) return [];
  const was = before.algorithm ?? "AES256";
  const isWeaker = isAlgorithm(was) && strengthOf(after.algorithm) < strengthOf(was);
  const isOpened = before.sseC !== "NONE" && after.sseC === "NONE";
  const weaker = [
    ...(isWeaker ? [`${after.algorithm} is weaker than ${safe(was)}`] : []),
    ...(isOpened ? ["SSE-C is allowed again"] : []),
  ];
  return weaker.length === 0 ? [] : [{ code: "weakens", text: `the change weakens the bucket: ${weaker.join("; ")}` }];
}

/**
 * With a bucket key S3 asks KMS once for a while, without one for every object that is written or
 * read; two layers of encryption have none.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html
 * https://docs.aws.amazon.com/kms/latest/developerguide/throttling.html
 */
function kmsRequests({ before, after }: Plan): Reason[] {
  if (after === null || !usesKey(after.algorithm) || after.bucketKey) return [];
  const isSame = before?.algorithm === after.algorithm && before.bucketKey === after.bucketKey;
  if (isSame) return [];
  const why = after.algorithm === "aws:kms:dsse" ? "DSSE has no bucket key" : "the bucket key is off";
  const costs =
    "S3 asks KMS for every object that is written or read, which costs money and, in a busy bucket, requests of KMS's quota";
  return [{ code: "kms-requests", text: `${why}: ${costs}` }];
}

const STATE = ["*tfstate*", "*terraform-state*", "*tf-state*", "*terraformstate*"].map(compileGlob);

/**
 * Terraform reads and writes its state and its lock file with the rights of whoever runs it.
 * https://developer.hashicorp.com/terraform/language/backend/s3
 */
function terraformState({ before, after }: Plan, bucket: string): Reason[] {
  const isReKeyed = after?.key !== undefined && before?.key !== after.key;
  if (!isReKeyed || !STATE.some((glob) => globMatches(glob, bucket))) return [];
  const text =
    "by its name it holds Terraform state: whoever runs Terraform needs kms:Decrypt and kms:GenerateDataKey on the key, for the state and its lock file";
  return [{ code: "terraform-state", text }];
}
