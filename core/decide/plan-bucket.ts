import type { CompiledPolicy } from "#core/match/compile";
import type { BucketRef } from "#core/names";
import { ask, type FactChange } from "./ask.ts";
import { decide } from "./decide.ts";
import type { Facts, Need } from "./facts.ts";
import { lookAtFact } from "./look-at-fact.ts";
import type { Plan } from "./plan.ts";
import type { BucketReader } from "./reader.ts";

/**
 * Plans what to do about a bucket, reading the facts this depends on. `known` are facts that need
 * no second read.
 * @throws whatever the reader throws, or an `Error` if `decide` never stops asking.
 */
export async function planBucket(
  { reader, now }: { readonly reader: BucketReader; readonly now: () => number },
  ref: BucketRef,
  policy: CompiledPolicy,
  known: Omit<Partial<Facts>, "ref" | "now"> = {},
): Promise<{ readonly plan: Plan; readonly facts: Facts }> {
  const { answer, facts } = await ask(
    "decide",
    (seen) => decide(policy, seen),
    { keys: new Map(), pins: new Map(), ...known, ref, now: now() },
    (need) => lookAt(reader, ref, need),
  );
  return { plan: answer.plan, facts };
}

// --- internal ---

async function lookAt(reader: BucketReader, ref: BucketRef, need: Need): Promise<FactChange<Facts>> {
  if (need.fact !== "encryption") return lookAtFact(reader, ref, need);
  const encryption = await reader.encryption(ref);
  return (before) => ({ ...before, encryption });
}
