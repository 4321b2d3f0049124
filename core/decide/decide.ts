/** Deciding: from facts and a policy to a plan, which says what is true and what to do. */

import { isAlgorithm } from "#core/encryption";
import type { CompiledPolicy } from "#core/match/compile";
import { safe } from "#core/safe";
import { applicable } from "./applicable.ts";
import type { Facts } from "./facts.ts";
import { judge } from "./judge.ts";
import type { Decision } from "./plan.ts";
import { nothing } from "./plan.ts";

/**
 * Decides what is true of a bucket and what to do about it. Pure, total and synchronous. It
 * requests facts (`needs`) only if the result depends on them, and as many at once as it can; an
 * unreadable fact makes the verdict `unknown`, which never leads to a write.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 */
export function decide(policy: CompiledPolicy, facts: Facts): Decision {
  const found = applicable(policy, facts);
  if (found.kind !== "applies") return found;
  const { rule, base } = found;
  if (facts.encryption === undefined) return { kind: "needs", needs: [{ fact: "encryption" }] };
  if (!facts.encryption.known) {
    const text = `the bucket's encryption could not be read: ${safe(facts.encryption.error.name)}`;
    return nothing(base, "unknown", { code: "unreadable", text });
  }
  const before = facts.encryption.value;
  if (before === null) return nothing(base, "gone", { code: "bucket-gone", text: "the bucket is gone" });
  const algorithm = before.algorithm ?? "AES256";
  if (!isAlgorithm(algorithm)) {
    const text = `algorithm: ${safe(algorithm)}, which an AWS service manages and Bucketseal does not touch`;
    return nothing({ ...base, before }, "unknown", { code: "service-managed", text });
  }
  return judge(policy.policy, rule, facts, { ...base, before }, { ...before, algorithm });
}
