import type { CompiledPolicy } from "#core/match/compile";
import type { MatchFacts, MatchNeed } from "#core/match/holds";
import { matchBucket } from "#core/match/match";
import type { BucketRef } from "#core/names";
import type { Rule } from "#core/policy/policy";
import { safe } from "#core/safe";
import type { Needs } from "./ask.ts";
import { noRule, nothing, type PlanBase, type Planned } from "./plan.ts";

/** The rule to judge a bucket and its objects by, or the plan if neither has to be looked at. */
export type Applicable =
  | { readonly kind: "applies"; readonly rule: Rule; readonly base: PlanBase }
  | Needs<MatchNeed>
  | Planned;

/**
 * Whether this is a directory bucket (S3 Express One Zone).
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/directory-bucket-naming-rules.html
 */
export function isDirectoryBucket({ bucket }: BucketRef): boolean {
  return bucket.endsWith("--x-s3");
}

/**
 * Finds the rule that applies to a bucket: none for a directory bucket, an unmanaged or exempt one,
 * or if the rule is off.
 */
export function applicable(policy: CompiledPolicy, facts: MatchFacts): Applicable {
  if (isDirectoryBucket(facts.ref)) {
    const text = "a directory bucket, which Bucketseal leaves alone";
    return nothing(noRule, "unmanaged", { code: "directory-bucket", text });
  }
  return applicableRule(policy, facts);
}

/** The same for any kind of bucket. */
export function applicableRule(policy: CompiledPolicy, facts: MatchFacts): Applicable {
  const match = matchBucket(policy, facts);
  if (match.kind === "needs") return match;
  if (match.kind === "none") return nothing(noRule, "unmanaged", { code: "no-rule", text: "no rule matches" });
  if (match.kind === "unknown") {
    const text = `whether ${match.rule} applies depends on the ${SAID[match.fact]}, which could not be read: ${safe(match.error.name)}`;
    return nothing(noRule, "unknown", { code: "unreadable", text });
  }
  const { rule, exemption } = match;
  const base: PlanBase = {
    ...noRule,
    rule: rule.id,
    exemption: exemption?.id ?? null,
    mode: rule.mode,
    ...(rule.severity === undefined ? {} : { severity: rule.severity }),
    accept: rule.accept,
    // A glob is never a bucket's name: names have no wildcards.
    namesBucket: rule.match.buckets?.includes(facts.ref.bucket) === true,
  };
  if (rule.mode === "off") {
    return nothing(base, "unmanaged", { code: "mode-off", text: `rule ${rule.id} is off` });
  }
  if (exemption !== null) {
    const text = `exempt by ${exemption.id} until ${exemption.until}: ${safe(exemption.reason)}`;
    return nothing(base, "exempt", { code: "exempt", text });
  }
  return { kind: "applies", rule, base };
}

// --- internal ---

const SAID = {
  tags: "bucket's tags",
  ous: "account's organizational units",
  accountTags: "account's tags",
} as const;
