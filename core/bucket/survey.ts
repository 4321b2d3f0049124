import type { Facts } from "#core/decide/facts";
import type { Plan } from "#core/decide/plan";
import { planBucket } from "#core/decide/plan-bucket";
import type { Trigger } from "#core/event/trigger";
import { closesOf } from "#core/ledger/closing";
import { limitsOf } from "#core/ledger/limits";
import type { Look } from "#core/ledger/look";
import type { OpenLook } from "#core/ledger/open";
import type { PolicyInForce } from "#core/match/in-force";
import { culprit, notUndone } from "./culprit.ts";
import { writeSeen } from "./open-write.ts";
import type { Ports } from "./ports.ts";

/** The findings of one round of a look, before it does anything. */
export interface Survey {
  readonly inForce: PolicyInForce;
  readonly plan: Plan;
  readonly facts: Facts;
  /**
   * Events of this look that may have caused what was found: others' calls that no later write of
   * ours undid.
   */
  readonly events: readonly Trigger[];
  readonly look: Look;
  /** Milliseconds since the epoch: when the look began to read. */
  readonly readAt: number;
}

/**
 * Reads what the decision depends on and decides; also finds the culprit, and what became of a
 * write that was started.
 * @throws whatever a port throws.
 */
export async function survey(
  ports: Pick<Ports, "reader" | "now" | "backfills" | "isMember">,
  opened: OpenLook,
  inForce: PolicyInForce,
): Promise<Survey> {
  const { ref, owner, found, state, events: foreign } = opened;
  const readAt = ports.now();
  const known = state.intent === null ? {} : { encryption: await ports.reader.encryption(ref) };
  const { plan, facts } = await planBucket(ports, ref, inForce.policy, known);
  const events = notUndone(foreign, found);
  const { rules } = inForce.policy.policy;
  const look: Look = {
    ref,
    isMember: ports.isMember?.(ref) === true,
    owner,
    found,
    state,
    policyVersion: inForce.version,
    trigger: culprit(events, state, plan, facts),
    write: writeSeen(state.intent, facts.encryption),
    wroteAt: null,
    isRest: false,
    observed: facts.encryption?.known === true ? facts.encryption.value : null,
    limits: limitsOf(inForce.policy.policy),
    closes: closesOf(
      rules.find(({ id }) => id === plan.rule),
      ports.backfills?.reach(ref) === true,
    ),
    stopped: null,
  };
  return { inForce, plan, facts, events, look, readAt };
}
