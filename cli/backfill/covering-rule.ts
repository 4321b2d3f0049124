import { applicableRule } from "#core/decide/applicable";
import { ask } from "#core/decide/ask";
import { lookAtFact } from "#core/decide/look-at-fact";
import type { BucketReader } from "#core/decide/reader";
import type { CompiledPolicy } from "#core/match/compile";
import type { BucketRef } from "#core/names";
import type { Rule } from "#core/policy/policy";
import { printable } from "../terminal/printable.ts";

/** The rule by which a bucket's existing objects are judged; `why`: there is none. */
export type CoveringRule = { readonly rule: Rule } | { readonly rule: null; readonly why: string };

/** Finds the rule that covers the existing objects of a bucket, before any of them is listed. */
export async function coveringRule(
  reader: Omit<BucketReader, "encryption">,
  policy: CompiledPolicy,
  ref: BucketRef,
): Promise<CoveringRule> {
  const { answer } = await ask(
    "applicableRule",
    (facts) => applicableRule(policy, facts),
    { ref, now: Date.now(), keys: new Map(), pins: new Map() },
    (need) => lookAtFact(reader, ref, need),
  );
  if (answer.kind === "plan") {
    return { rule: null, why: answer.plan.reasons.map(({ text }) => printable(text)).join(", ") };
  }
  const { rule } = answer;
  if ((rule.objects?.atRest ?? "off") !== "off") return { rule };
  const why = `rule ${rule.id} does not cover existing objects: set objects.atRest to observe or enforce there`;
  return { rule: null, why };
}
