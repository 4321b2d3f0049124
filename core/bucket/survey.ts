import type { Facts } from "#core/decide/facts";
import type { Plan } from "#core/decide/plan";
import { planBucket } from "#core/decide/plan-bucket";
import type { Look } from "#core/ledger/look";
import { type BucketState, withTriggers } from "#core/ledger/state";
import type { PolicyInForce } from "#core/match/in-force";
import { culprit, notUndone, type Scene } from "./culprit.ts";
import { writeSeen } from "./open-write.ts";
import type { Ports } from "./ports.ts";
import type { Work } from "./work.ts";

/** What one round of a look found out before it does anything. */
export interface Survey {
  readonly inForce: PolicyInForce;
  readonly plan: Plan;
  readonly facts: Facts;
  /** What the events of the look are held against. */
  readonly scene: Scene;
  readonly look: Look;
}

/**
 * Reads what the decision depends on, and where a write was begun, what became of it; decides, and names the event that what was found is put
 * down to.
 * @throws whatever a port throws.
 */
export async function survey(
  ports: Ports,
  work: Work,
  owner: string,
  found: BucketState,
  inForce: PolicyInForce,
): Promise<Survey> {
  const { ref } = work;
  const foreign = work.triggers.filter((trigger) => !ports.isOwn(trigger));
  const state = withTriggers(found, foreign);
  const known = state.intent === null ? {} : { encryption: await ports.reader.encryption(ref) };
  const { plan, facts } = await planBucket(ports, ref, inForce.policy, known);
  const scene: Scene = { state, events: notUndone(foreign, found), plan, facts };
  const look: Look = {
    ref,
    owner,
    found,
    state,
    policyVersion: inForce.version,
    trigger: culprit(scene),
    write: writeSeen(state.intent, facts.encryption),
    wroteAt: null,
    observed: facts.encryption?.known === true ? facts.encryption.value : null,
  };
  return { inForce, plan, facts, scene, look };
}
