import type { PolicySource } from "../stage/policy-source.ts";
import type { Judged } from "./judge-bucket.ts";
import { countStandings } from "./render-judged.ts";

/** The JSON shape of one bucket in `plan`, `apply` and `explain`, as TypeScript. */
export const judgedShape = `{ bucket, region, account, rule: string | null, exemption: string | null, mode: "observe" | "enforce" | "off" | null,
  standing: "change" | "held" | "unreadable" | "service-managed" | "compliant" | "exempt" | "unmanaged" | "gone",
  verdict: "compliant" | "violation" | "unknown" | "exempt" | "unmanaged" | "gone", action: "none" | "write" | "hold",
  before: Encryption | null, after: Encryption | null,   // Encryption: { algorithm?, key?, bucketKey, sseC }
  reasons: { code: string, text: string }[] }`;

/** One bucket of the JSON document. */
export function judgedDocument({ ref, standing, plan }: Judged): Record<string, unknown> {
  return {
    bucket: ref.bucket,
    region: ref.region,
    account: ref.account,
    rule: plan.rule,
    exemption: plan.exemption,
    mode: plan.rule === null ? null : plan.mode,
    standing,
    verdict: plan.verdict,
    action: plan.action,
    before: plan.before,
    after: plan.after,
    reasons: plan.reasons,
  };
}

/** The JSON document of `plan`. */
export function planDocument(
  account: string,
  source: PolicySource,
  judged: readonly Judged[],
): Record<string, unknown> {
  return {
    schema: "bucketseal.plan/1",
    account,
    policy: source.origin,
    summary: { buckets: judged.length, ...countStandings(judged) },
    buckets: judged.map(judgedDocument),
  };
}
