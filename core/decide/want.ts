import { compareAlgorithm } from "#core/decide/compare/algorithm";
import { compareBucketKey } from "#core/decide/compare/bucket-key";
import { type Compared, type Finding, findingsAbout } from "#core/decide/compare/finding";
import { compareKey } from "#core/decide/compare/key";
import { compareSseC } from "#core/decide/compare/sse-c";
import type { Algorithm, WantedEncryption } from "#core/encryption";
import { usesKey } from "#core/encryption";
import type { Rule } from "#core/policy/policy";
import type { KeyEvidence, Observed } from "./evidence.ts";
import type { Wanted } from "./plan.ts";

/**
 * Builds the complete configuration that a rule wants, since PutBucketEncryption replaces
 * everything, and finds the differences. What the rule does not declare is carried over. A declared
 * key is written as a full key ARN; an undeclared one is carried over literally, however it is
 * spelled (or absent), since no one asked to change it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 */
export function want(
  rule: Rule,
  observed: Observed,
  evidence: Known,
): Wanted & { readonly findings: readonly Finding[] } {
  const { after, findings } = compared(rule, observed, evidence);
  if (rule.stronger !== "hold") return { after, beside: after, findings };
  // What is written beside a held attribute is what would be written if the rule accepted it.
  return { after, beside: compared({ ...rule, stronger: "accept" }, observed, evidence).after, findings };
}

// --- internal ---

type Known = Extract<KeyEvidence, { kind: "known" }>;

function compared(
  { encryption, stronger }: Rule,
  observed: Observed,
  evidence: Known,
): { readonly after: WantedEncryption; readonly findings: readonly Finding[] } {
  const from = observed.algorithm;
  const algorithm =
    evidence.isNamed === null
      ? unread(from, evidence.unread)
      : compareAlgorithm(encryption.algorithm ?? from, from, stronger, evidence.isNamed);
  const to = algorithm.want;
  const bucketKey = compareBucketKey(encryption.bucketKey, observed.bucketKey, from, to);
  const key =
    evidence.key === null || evidence.isNamed === null
      ? { want: observed.key, findings: [] }
      : compareKey(observed.key, evidence.key, evidence.match, evidence.unread);
  const others = [...algorithm.findings, ...key.findings, ...bucketKey.findings];
  const isWritten = others.some((each) => each.effect === "differs");
  const sseC = compareSseC(encryption.blockSseC, observed.sseC, stronger, isWritten);
  return {
    after: {
      algorithm: to,
      ...(usesKey(to) && key.want !== undefined ? { key: key.want } : {}),
      bucketKey: bucketKey.want,
      sseC: sseC.want,
    },
    findings: [...others, ...sseC.findings],
  };
}

/**
 * An algorithm that is stronger only if the policy names its key, which could not be read: both
 * stay.
 */
function unread(observed: Algorithm, text: string | null): Compared<Algorithm> {
  return { want: observed, findings: [finding("unread", "unreadable", `${text}`)] };
}

const finding = findingsAbout("algorithm");
