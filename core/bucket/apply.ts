import type { Facts } from "#core/decide/facts";
import type { Plan } from "#core/decide/plan";
import { withReasons } from "#core/decide/plan";
import type { WantedEncryption } from "#core/encryption";
import { sameEncryption } from "#core/encryption";
import { refusal } from "#core/guard/refusal";
import { driftOf } from "#core/ledger/drift";
import { leaseEnd } from "#core/ledger/lease";
import type { Look } from "#core/ledger/look";
import { record } from "#core/ledger/record";
import type { Intent } from "#core/ledger/state";
import type { CompiledPolicy } from "#core/match/compile";
import type { Outcome } from "#core/outcome";
import type { Reason } from "#core/reason/reason";
import { RetryableError } from "#core/retryable";
import type { Ports } from "./ports.ts";
import { verify } from "./verify.ts";
import type { Judged } from "./withheld.ts";

/**
 * Records the intent, writes, reads back and records what became of it. `null`: the ledger or the bucket moved, look again.
 * @throws whatever a port throws, and `RetryableError` where the write is not seen in time; the intent stays open for the redelivery.
 */
export async function applyPlan(
  ports: Ports,
  look: Look,
  policy: CompiledPolicy,
  facts: Facts,
  plan: Plan,
): Promise<Judged | null> {
  const { ref } = look;
  const after = plan.after as WantedEncryption;
  const begun = await ports.ledger.save(ref, { ...look.state, intent: intentOf(ports, look, plan, after) });
  if (begun === null) return null;
  const wroteAt = ports.now();
  const close = async (outcome: Outcome, judged: Plan, seen: Pick<Look, "write" | "observed">) => {
    const open: Look = { ...look, found: begun, state: begun, wroteAt, ...seen };
    return (await record(ports, open, outcome, judged)) ? { outcome, plan: judged } : null;
  };

  const written = await ports.writer.put(ref, after);
  if (written.kind === "gone") return close("gone", withReasons(plan, [GONE]), { write: "ended", observed: null });
  if (written.kind === "refused") {
    const [outcome, reason] = refusal(written.error);
    return close(outcome, withReasons(plan, [reason]), { write: "ended", observed: plan.before });
  }
  const seen = await verify(ports, ref, policy, facts, plan.before);
  switch (seen.kind) {
    case "as declared":
      return close("changed", plan, { write: "took", observed: seen.plan.before });
    case "unreadable":
      return close("unreadable", seen.plan, { write: "unreadable", observed: seen.plan.before });
    // S3 may show a bucket as gone that was made anew; the look after this one waits until that is sure.
    case "gone":
    case "superseded":
      return null;
    case "not seen":
      throw new RetryableError(`the write to ${ref.bucket} was accepted and is not seen yet`);
  }
}

// --- internal ---

const OVERWRITTEN = "an earlier write was begun, and the bucket was changed since";
const GONE: Reason = { code: "bucket-gone", text: "the bucket was deleted before the write" };

function intentOf(ports: Ports, look: Look, plan: Plan, after: WantedEncryption): Intent {
  const earlier = look.state.intent;
  const drift = driftOf(plan, look.trigger);
  const isOverwritten = earlier !== null && !sameEncryption(earlier.before, plan.before);
  return {
    id: ports.newId(),
    owner: look.owner,
    at: new Date(ports.now()).toISOString(),
    expires: leaseEnd(ports.now()),
    rule: plan.rule,
    mode: plan.mode,
    before: plan.before,
    after,
    reasons: [...plan.reasons.map((reason) => reason.text), ...(isOverwritten ? [OVERWRITTEN] : [])],
    trigger: look.trigger,
    ...(drift === null ? {} : { drift }),
  };
}
