import type { Plan } from "#core/decide/plan";
import { withReasons } from "#core/decide/plan";
import { sameEncryption, type WantedEncryption } from "#core/encryption";
import { guard } from "#core/guard/guard";
import type { GuardedReader } from "#core/guard/reader";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import type { Judged, Standing } from "../buckets/judge-bucket.ts";
import { explainError } from "../line/explain-error.ts";

/** What is to be restored, and by whose rule the bucket is kept. */
export interface Wish {
  readonly wanted: WantedEncryption;
  readonly rule: string | null;
  readonly policyKeys: Readonly<Record<string, string>>;
}

/**
 * Judges a bucket against a recorded configuration instead of the policy: it has it, or it would be
 * written, or the guard holds the write. Never throws: a look that fails is `unreadable`.
 */
export async function judgeRestored(reader: GuardedReader, ref: BucketRef, wish: Wish): Promise<Judged> {
  const { wanted, rule, policyKeys } = wish;
  const facts = { now: Date.now(), ref, keys: new Map(), pins: new Map() };
  const end = (standing: Standing, plan: Plan): Judged => ({ ref, standing, plan, facts });
  const base: Plan = {
    action: "none",
    verdict: "unknown",
    rule,
    exemption: null,
    mode: "enforce",
    accept: [],
    namesBucket: false,
    before: null,
    after: null,
    declaredKey: wanted.key ?? null,
    differs: [],
    reasons: [],
  };
  const unreadable = (why: string) =>
    end("unreadable", withReasons(base, [{ code: "unreadable", text: `the bucket could not be read: ${why}` }]));
  try {
    const encryption = await reader.encryption(ref);
    if (!encryption.known) return unreadable(safe(encryption.error.name));
    const before = encryption.value;
    if (before === null) return end("gone", { ...base, verdict: "gone" });
    if (sameEncryption(before, wanted)) return end("compliant", { ...base, verdict: "compliant", before });
    const plan: Plan = { ...base, action: "write", verdict: "violation", before, after: wanted };
    const found = await guard(reader, { ref, policyKeys }, plan);
    return found.kind === "clear"
      ? end("change", plan)
      : end("held", { ...withReasons(plan, found.reasons), action: "hold" });
  } catch (error) {
    return unreadable(explainError(error).message);
  }
}
