import { answerNeed } from "#core/decide/ask";
import type { ObjectTrigger } from "#core/event/trigger";
import type { CompiledPolicy } from "#core/match/compile";
import type { ObjectRef } from "#core/names";
import { decideObject } from "./decide.ts";
import type { ObjectDecisionFacts, ObjectNeed } from "./facts.ts";
import type { ObjectPlan } from "./plan.ts";
import type { ObjectReader } from "./reader.ts";

/** Rounds of questions: match, head, keys, pins, and what their answers lead to. */
const ROUNDS = 8;

/**
 * Reads what the decision about an object depends on, and nothing else.
 * @throws whatever the reader throws, or an `Error` where `decideObject` asks without end.
 */
export async function objectPlan(
  ports: { readonly reader: ObjectReader; readonly now: () => number },
  { object, triggers }: { readonly object: ObjectRef; readonly triggers: readonly ObjectTrigger[] },
  policy: CompiledPolicy,
): Promise<ObjectPlan> {
  let facts: ObjectDecisionFacts = {
    object,
    sources: triggers.map(({ source }) => source),
    ref: object.bucket,
    now: ports.now(),
    keys: new Map(),
    pins: new Map(),
  };
  for (let round = 0; round < ROUNDS; round++) {
    const decision = decideObject(policy, facts);
    if (decision.kind === "plan") return decision.plan;
    const answers = await Promise.all(decision.needs.map((need) => answer(ports.reader, object, facts, need)));
    facts = answers.reduce((merged, change) => change(merged), facts);
  }
  throw new Error(`decideObject asked for facts ${ROUNDS} times and came to no plan`);
}

// --- internal ---

async function answer(
  reader: ObjectReader,
  object: ObjectRef,
  facts: ObjectDecisionFacts,
  need: ObjectNeed,
): Promise<(facts: ObjectDecisionFacts) => ObjectDecisionFacts> {
  if (need.fact === "head") {
    const head = await reader.head(object);
    return (before) => ({ ...before, head });
  }
  if (need.fact === "payer") {
    const payer = await reader.payer(object.bucket);
    return (before) => ({ ...before, payer });
  }
  const change = await answerNeed(reader, facts, need);
  return (before) => ({ ...before, ...change(before) });
}
