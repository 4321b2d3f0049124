import type { CompiledPolicy } from "#core/match/compile";
import type { BucketRef } from "#core/names";
import { decide } from "./decide.ts";
import type { Facts, Need } from "./facts.ts";
import type { Plan } from "./plan.ts";
import type { BucketReader } from "./reader.ts";

/** Rounds of questions: match, encryption, keys, pins, and what their answers lead to. */
const ROUNDS = 8;

/**
 * Reads what the decision depends on, and nothing else: `decide` asks, the reader looks, until there is a plan. `known` are facts
 * that need no second look.
 * @throws whatever the reader throws, or an `Error` where `decide` asks without end.
 */
export async function factsFor(
  ports: { readonly reader: BucketReader; readonly now: () => number },
  ref: BucketRef,
  policy: CompiledPolicy,
  known: Omit<Partial<Facts>, "ref" | "now"> = {},
): Promise<{ readonly plan: Plan; readonly facts: Facts }> {
  let facts: Facts = { keys: new Map(), pins: new Map(), ...known, ref, now: ports.now() };
  for (let round = 0; round < ROUNDS; round++) {
    const decision = decide(policy, facts);
    if (decision.kind === "plan") return { plan: decision.plan, facts };
    const answers = await Promise.all(decision.needs.map((need) => answerNeed(ports.reader, facts, need)));
    facts = answers.reduce((merged, change) => change(merged), facts);
  }
  throw new Error(`decide asked for facts ${ROUNDS} times and came to no plan`);
}

/** Looks at one fact that was asked for; answers how it is added to the others. */
export async function answerNeed(
  reader: Partial<Pick<BucketReader, "encryption">> & Omit<BucketReader, "encryption">,
  facts: Facts,
  need: Need,
): Promise<(facts: Facts) => Facts> {
  const { ref } = facts;
  switch (need.fact) {
    case "encryption": {
      const encryption = await reader.encryption?.(ref);
      return (before) => (encryption === undefined ? before : { ...before, encryption });
    }
    case "tags": {
      const tags = await reader.tags(ref);
      return (before) => ({ ...before, tags });
    }
    case "ous": {
      const ous = await reader.ous(ref);
      return (before) => ({ ...before, ous });
    }
    case "key": {
      const key = await reader.key(ref, need.arn, false);
      return (before) => ({ ...before, keys: new Map([...before.keys, [need.arn, key]]) });
    }
    case "pin": {
      const pin = await reader.pin(ref, need.alias);
      return (before) => ({ ...before, pins: new Map([...before.pins, [need.alias, pin]]) });
    }
  }
}
