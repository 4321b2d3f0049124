import { ask, type FactChange } from "#core/decide/ask";
import { lookAtFact } from "#core/decide/look-at-fact";
import type { ObjectTrigger } from "#core/event/trigger";
import type { CompiledPolicy } from "#core/match/compile";
import type { ObjectRef } from "#core/names";
import { decideObject } from "./decide.ts";
import type { ObjectDecisionFacts, ObjectNeed } from "./facts.ts";
import type { ObjectPlan } from "./plan.ts";
import type { ObjectReader } from "./reader.ts";

/** An object, and why it is looked at. */
export interface ObjectToLookAt {
  readonly object: ObjectRef;
  readonly triggers: readonly ObjectTrigger[];
  /** It is there already, and no event tells of it. */
  readonly atRest?: boolean;
}

/**
 * Plans what to do about an object, reading the facts this depends on.
 * @throws whatever the reader throws, or an `Error` if `decideObject` never stops asking.
 */
export async function planObject(
  {
    reader,
    now,
    mostBytes,
  }: { readonly reader: ObjectReader; readonly now: () => number; readonly mostBytes?: number | undefined },
  { object, triggers, atRest = false }: ObjectToLookAt,
  policy: CompiledPolicy,
): Promise<ObjectPlan> {
  const known: ObjectDecisionFacts = {
    object,
    ...(atRest ? { atRest } : { sources: triggers.map(({ source }) => source) }),
    ref: object.bucket,
    now: now(),
    mostBytes,
    keys: new Map(),
    pins: new Map(),
  };
  const { answer } = await ask(
    "decideObject",
    (facts) => decideObject(policy, facts),
    known,
    (need) => lookAt(reader, object, need),
  );
  return answer.plan;
}

// --- internal ---

async function lookAt(
  reader: ObjectReader,
  object: ObjectRef,
  need: ObjectNeed,
): Promise<FactChange<ObjectDecisionFacts>> {
  switch (need.fact) {
    case "head": {
      const head = await reader.head(object);
      return (before) => ({ ...before, head });
    }
    case "payer": {
      const payer = await reader.payer(object.bucket);
      return (before) => ({ ...before, payer });
    }
    default:
      return lookAtFact(reader, object.bucket, need);
  }
}
