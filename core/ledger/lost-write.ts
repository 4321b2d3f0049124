import { buildAlert } from "#core/alert/bucket";
import { withWrite } from "./breaker.ts";
import { leaseEnd } from "./lease.ts";
import type { Look } from "./look.ts";
import type { BucketState, Intent } from "./state.ts";

/**
 * The state without a write that nobody saw, or whose answer was lost, with the alert that tells it
 * under the write's own id. Nothing else is known to have changed; what the write may have ended is
 * seen by the next look.
 */
export function withoutLostWrite(
  { ref, isMember, state, owner, limits }: Look,
  intent: Intent,
  now: number,
): BucketState {
  const { id, at, rule, mode, before, after, reasons, trigger, drift, isTaken } = intent;
  const text = isTaken
    ? `S3 accepted the write of ${at}, and somebody changed the bucket before it could be read again`
    : `the response to the write of ${at} was lost, and the bucket has changed since: whether it took effect is not known`;
  const alert = buildAlert({
    id,
    now,
    outcome: "superseded",
    ref,
    isMember,
    plan: { rule, mode, before, after, declaredKey: null, reasons: [] },
    reasons: [{ code: "earlier-write-unconfirmed", text }],
    intentReasons: reasons,
    trigger,
  });
  return {
    ...state,
    intent: null,
    // Counted already where S3 took it and it was not seen in time.
    unverified: state.unverified?.some((time) => time >= at)
      ? state.unverified
      : withWrite(state.unverified, at, limits.breaker),
    outbox: { alert, owner, expires: leaseEnd(now) },
    ...(drift === undefined ? {} : { drifting: state.drifting ?? drift }),
  };
}
