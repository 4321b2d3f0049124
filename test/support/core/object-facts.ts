import { decideObject } from "#core/decide/object/decide";
import type { ObjectDecisionFacts, ObjectFacts, ObjectNeed, Payer } from "#core/decide/object/facts";
import type { ObjectPlan } from "#core/decide/object/plan";
import type { Fact } from "#core/fact";
import type { CompiledPolicy } from "#core/match/compile";
import { answered, fact, type World } from "./world.ts";

/** The world around one object. */
export interface ObjectAround extends World {
  readonly key?: string;
  readonly head?: ObjectFacts | null | Fact<never>;
  readonly payer?: Payer | Fact<never>;
}

/** An ordinary object: small, current, unlocked, under SSE-S3. */
export function objectFacts(changes: Partial<ObjectFacts> = {}): ObjectFacts {
  return {
    encryption: { algorithm: "AES256", bucketKey: false },
    size: 5,
    etag: '"5d41402abc4b2a76b9719d911017c592"',
    lastModified: "2026-11-21T08:00:00.000Z",
    storageClass: "STANDARD",
    restored: false,
    legalHold: false,
    isCurrent: true,
    servedAt: Date.UTC(2026, 10, 21, 8, 0, 5),
    ...changes,
  };
}

/**
 * Serves every need of `decideObject` from a world until there is a plan; `asked` lists the needs,
 * round by round.
 */
export function judgedObject(
  policy: CompiledPolicy,
  around: ObjectAround,
  known: Partial<ObjectDecisionFacts> = {},
): { readonly plan: ObjectPlan; readonly asked: readonly ObjectNeed[][]; readonly facts: ObjectDecisionFacts } {
  const ref = around.ref ?? { partition: "aws", account: "111122223333", region: "eu-west-1", bucket: "invoices" };
  const object = { bucket: ref, key: around.key ?? "2026/11/a.pdf" };
  let facts: ObjectDecisionFacts = { now: around.now ?? 0, ref, object, keys: new Map(), pins: new Map(), ...known };
  const asked: ObjectNeed[][] = [];
  for (;;) {
    const decision = decideObject(policy, facts);
    if (decision.kind === "plan") return { plan: decision.plan, asked, facts };
    if (asked.length === 10) throw new Error(`no plan after ten rounds: ${JSON.stringify(asked)}`);
    asked.push([...decision.needs]);
    for (const need of decision.needs) {
      if (need.fact === "head")
        facts = { ...facts, head: fact(around.head === undefined ? objectFacts() : around.head) };
      else if (need.fact === "payer") facts = { ...facts, payer: fact(around.payer ?? "BucketOwner") };
      else facts = { ...facts, ...answered(facts, need, around) };
    }
  }
}
