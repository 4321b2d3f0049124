import { judge } from "./judge.ts";
import { matchBucket } from "./match.ts";
import { noRule, nothing, type PlanBase } from "./plan.ts";
import type { CompiledPolicy } from "./policy-index.ts";
import { safe } from "./safe.ts";
import { isAlgorithm } from "./strength.ts";
import type { Decision, Facts } from "./types.ts";

/**
 * The only judge: what is true of a bucket, and what is to be done about it. Pure, total and synchronous. It asks (`needs`) for a fact
 * only where the answer depends on it, and for all it can think of at once; a fact that could not be read makes the verdict `unknown`,
 * which is never a reason to write.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 */
export function decide(policy: CompiledPolicy, facts: Facts): Decision {
  if (facts.ref.bucket.endsWith("--x-s3")) {
    const text = "a directory bucket, which Bucketseal leaves alone";
    return nothing(noRule, "unmanaged", { code: "directory-bucket", text });
  }
  const match = matchBucket(policy, facts);
  if (match.kind === "needs") return match;
  if (match.kind === "none") return nothing(noRule, "unmanaged", { code: "no-rule", text: "no rule matches" });
  if (match.kind === "unknown") {
    const text = `whether ${match.rule} applies rests on the ${SAID[match.fact]}, which could not be read: ${safe(match.error.name)}`;
    return nothing(noRule, "unknown", { code: "unreadable", text });
  }
  const { rule, exemption } = match;
  const base: PlanBase = { ...noRule, rule: rule.id, exemption: exemption?.id ?? null, mode: rule.mode };
  if (rule.mode === "off") {
    return nothing(base, "unmanaged", { code: "mode-off", text: `rule ${rule.id} is off` });
  }
  if (exemption !== null) {
    const text = `exempt by ${exemption.id} until ${exemption.until}: ${safe(exemption.reason)}`;
    return nothing(base, "exempt", { code: "exempt", text });
  }
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

// --- internal ---

const SAID = { tags: "bucket's tags", ous: "account's organizational units" } as const;
