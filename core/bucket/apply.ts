import type { Plan } from "#core/decide/plan";
import { withReasons } from "#core/decide/plan";
import { type BucketEncryption, sameEncryption, type WantedEncryption } from "#core/encryption";
import { refusal } from "#core/guard/refusal";
import { withWrite } from "#core/ledger/breaker";
import { plainSince } from "#core/ledger/closing";
import { driftOf } from "#core/ledger/drift";
import { leaseEnd } from "#core/ledger/lease";
import type { Look } from "#core/ledger/look";
import { type BucketState, type Intent, textsOf, withoutTags } from "#core/ledger/state";
import type { Outcome } from "#core/outcome";
import type { Reason } from "#core/reason/reason";
import { RetryableError } from "#core/retryable";
import type { Ports } from "./ports.ts";
import { type Entry, entry, type Moved, moved } from "./step.ts";
import type { Survey } from "./survey.ts";
import { write } from "./write.ts";

/**
 * Carries out a plan: records the intent, writes and reads back. Returns what to record; `moved` if
 * the ledger or the bucket changed meanwhile.
 * @throws whatever a port throws, and `RetryableError` if the write is not visible in time; the
 *   intent then stays open for the redelivery.
 */
export async function applyPlan(ports: Ports, { plan, facts, look, inForce, readAt }: Survey): Promise<Entry | Moved> {
  const { ref } = look;
  const { before } = plan;
  const after = plan.after as WantedEncryption;
  const begun = await ports.ledger.save(ref, { ...look.state, intent: intentOf(ports, look, plan, after) });
  if (begun === null) return moved;
  const wroteAt = ports.now();
  const end = (
    outcome: Outcome,
    judged: Plan,
    seen: Pick<Look, "write" | "observed"> & Partial<Look>,
    isRest = false,
  ) => entry({ ...look, found: begun, state: begun, wroteAt, isRest, ...seen }, { outcome, plan: judged });

  const written = await write(ports, ref, after, { policy: inForce.policy, facts, before, readAt });
  switch (written.kind) {
    case "as declared":
    case "as written":
      return end("changed", plan, { write: "took", observed: written.plan.before }, written.kind === "as written");
    case "unreadable":
      return end("unreadable", written.plan, { write: "unreadable", observed: written.plan.before });
    case "missing":
      return end("gone", withReasons(plan, [GONE]), { write: "ended", observed: null });
    case "refused": {
      const [outcome, reason] = refusal(written.error);
      const { text, code } = reason;
      const refused = { at: new Date(wroteAt).toISOString(), before, after, policyVersion: inForce.version, text };
      const seen = { write: "ended", observed: before, ...(code === "managed-elsewhere" ? { refused } : {}) } as const;
      return end(outcome, withReasons(plan, [reason]), seen);
    }
    // A change of ours, however short it stood: it is told before the bucket is looked at again.
    case "superseded":
      return end("changed", plan, { write: "overwritten", observed: after, trigger: null }, true);
    // The intent must not speak of a write that was not made.
    case "not sent":
      await ports.ledger.save(ref, { ...begun, intent: look.state.intent });
      return moved;
    // S3 may show a recreated bucket as gone; the next look waits until that is sure.
    case "gone":
      return moved;
    case "not seen":
      await ports.ledger.save(ref, withUnverified(begun, look, wroteAt));
      throw new RetryableError(`the write to ${ref.bucket} was accepted but is not visible yet`);
  }
}

// --- internal ---

const GONE: Reason = { code: "bucket-gone", text: "the bucket was deleted before the write" };

/**
 * The state with a write that S3 took and nobody saw, for the breaker: somebody may undo our writes
 * faster than we can look. Where another look was faster, it is not counted.
 */
function withUnverified(begun: BucketState, { limits }: Look, wroteAt: number): BucketState {
  const at = new Date(wroteAt).toISOString();
  return { ...begun, unverified: withWrite(begun.unverified, at, limits.breaker) };
}

function intentOf(ports: Ports, look: Look, plan: Plan, after: WantedEncryption): Intent {
  const drift = driftOf(plan, look.trigger, plainSince(look, plan.before));
  return {
    id: isSameWrite(look.state.intent, plan.before, after) ? look.state.intent.id : ports.newId(),
    owner: look.owner,
    at: new Date(ports.now()).toISOString(),
    expires: leaseEnd(ports.now()),
    rule: plan.rule,
    mode: plan.mode,
    before: plan.before,
    after,
    reasons: textsOf(plan.reasons),
    trigger: withoutTags(look.trigger),
    ...(drift === null ? {} : { drift }),
  };
}

/**
 * Whether a write was started before and is made again: it may have taken effect each time, and is
 * one change.
 */
function isSameWrite(
  started: Intent | null,
  before: BucketEncryption | null,
  after: WantedEncryption,
): started is Intent {
  return started !== null && sameEncryption(started.before, before) && sameEncryption(started.after, after);
}
