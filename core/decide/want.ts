import { compareAlgorithm } from "#core/decide/compare/algorithm";
import { compareBucketKey } from "#core/decide/compare/bucket-key";
import type { Finding } from "#core/decide/compare/finding";
import { compareKey } from "#core/decide/compare/key";
import { compareSseC } from "#core/decide/compare/sse-c";
import type { WantedEncryption } from "#core/encryption";
import { usesKey } from "#core/encryption";
import type { Rule } from "#core/policy/policy";
import type { KeyEvidence, Observed } from "./evidence.ts";

/**
 * Builds the complete configuration that a rule wants, since PutBucketEncryption replaces
 * everything, and finds the differences. What the rule does not declare is carried over. A declared
 * key is written as a full key ARN; an undeclared one is carried over literally, however it is
 * spelled (or absent), since no one asked to change it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketEncryption.html
 */
export function want(
  { encryption, stronger }: Rule,
  observed: Observed,
  evidence: Extract<KeyEvidence, { kind: "known" }>,
): { readonly after: WantedEncryption; readonly findings: readonly Finding[] } {
  const from = observed.algorithm;
  const algorithm = compareAlgorithm(encryption.algorithm ?? from, from, stronger, evidence.isNamed);
  const to = algorithm.want;
  const bucketKey = compareBucketKey(encryption.bucketKey, observed.bucketKey, from, to);
  const key =
    evidence.key === null
      ? { want: observed.key, findings: [] }
      : compareKey(observed.key, evidence.key, evidence.match);
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
