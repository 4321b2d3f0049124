import { applyPlan } from "./apply.ts";
import { guardPlan } from "./guard-plan.ts";
import type { Ports } from "./ports.ts";
import { echoSeconds, lookAgain, settleSeconds } from "./postpone.ts";
import { factsFor } from "./read-facts.ts";
import { deliver, type Look, record, Unsettled, withReasons } from "./record.ts";
import { type BucketState, withTriggers } from "./state.ts";
import { stoppedBy } from "./stopped.ts";
import type { Outcome, Plan } from "./types.ts";
import type { Postponement, Work } from "./work.ts";

/** What became of one look at one bucket. */
export type Result =
  | { readonly kind: "done"; readonly outcome: Outcome; readonly plan: Plan }
  /** Look again in so many seconds. */
  | { readonly kind: "later"; readonly seconds: number; readonly why: Postponement };

/** How often a look starts anew because the world or the ledger moved under it. */
const ROUNDS = 5;

/**
 * Looks at one bucket and does what the policy says: observe, decide, guard, record the intent, apply, verify, record, alert.
 * An error that may pass is thrown, and a redelivery finishes what was begun. The same bucket is written by one worker at a time:
 * an intent is recorded only if the ledger has not moved since before the bucket was read.
 * @throws whatever a port throws; `Unsettled` where the world does not hold still or a write cannot be seen.
 */
export async function reconcile(ports: Ports, work: Work): Promise<Result> {
  for (let round = 0; round < ROUNDS; round++) {
    const result = await look(ports, work);
    if (result !== null) return result;
  }
  throw new Unsettled(`${work.ref.bucket} changed under every one of ${ROUNDS} looks`);
}

// --- internal ---

/** One round; `null`: the ledger or the bucket moved, start anew. */
async function look(ports: Ports, work: Work): Promise<Result | null> {
  const { ref } = work;
  const found = await ports.ledger.read(ref);
  if (inOtherHands(found, work, ports.now())) return { kind: "later", seconds: 2, why: "busy" };
  const state = await deliver(ports, ref, found);
  if (state === null) return null;
  const { intent } = state;
  const inForce = await ports.policy();
  const settle = settleSeconds(inForce.policy, work, state, ports.now());
  if (settle > 0) return { kind: "later", seconds: settle, why: "settle" };

  const { plan, facts } = await factsFor(ports, ref, inForce.policy);
  const foreign = work.triggers.filter((trigger) => !ports.isOwn(trigger.actor.arn));
  const look: Look = {
    ref,
    owner: work.ids[0] ?? "",
    found: state,
    state: withTriggers(state, foreign),
    policyVersion: inForce.version,
    trigger: foreign.at(-1) ?? null,
  };
  const close = async (outcome: Outcome, judged: Plan): Promise<Result | null> =>
    (await record(ports, look, outcome, judged)) ? { kind: "done", outcome, plan: judged } : null;

  if (plan.action === "none") {
    if (intent !== null && plan.verdict === "compliant") return close("changed", plan);
    const outcome = QUIET[plan.verdict];
    const again = outcome === "left alone" ? lookAgain(work, plan, facts, state, ports.now()) : 0;
    const done = await close(outcome, plan);
    return done !== null && again > 0 ? { kind: "later", seconds: again, why: "recheck" } : done;
  }
  const echo = echoSeconds(work, foreign);
  if (echo > 0) return { kind: "later", seconds: echo, why: "recheck" };
  if (plan.action === "hold" || plan.after === null) return close("held", plan);
  const guard = await guardPlan(ports.reader, ref, plan);
  if (guard.verdict !== "clear") return close("held", { ...withReasons(plan, guard.reasons), action: "hold" });
  const stopped = await stoppedBy(ports, inForce, plan);
  if (stopped !== null) return close("reported", withReasons(plan, [stopped]));
  const applied = await applyPlan(ports, look, inForce.policy, facts, plan, plan.after);
  return applied === null ? null : { kind: "done", outcome: applied.outcome, plan: applied.plan };
}

const QUIET = {
  compliant: "left alone",
  unmanaged: "left alone",
  violation: "held",
  unknown: "unreadable",
  exempt: "exempt",
  gone: "gone",
} as const satisfies Record<Plan["verdict"], Outcome>;

/** Whether another worker is writing this bucket or sending its alert right now. */
function inOtherHands(state: BucketState, work: Work, now: number): boolean {
  return [state.intent, state.outbox].some(
    (held) => held !== null && !work.ids.includes(held.owner) && Date.parse(held.expires) > now,
  );
}
