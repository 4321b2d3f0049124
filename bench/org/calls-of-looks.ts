import { reconcile } from "#core/bucket/reconcile";
import { desk } from "../../test/support/core/desk.ts";
import { ref } from "../../test/support/core/world.ts";

/** The calls that one look makes, by the port that makes them. */
export type LookCalls = Readonly<Record<string, number>>;

/**
 * What a repair and a look at a bucket as declared call, by the loop itself in a world of memory.
 */
export async function callsOfLooks(): Promise<{ readonly repair: LookCalls; readonly calm: LookCalls }> {
  const one = desk();
  const work = { ref, ids: ["m"], triggers: [], hops: 0, after: [], since: null };
  const first = await reconcile(one.ports, { ...work, triggers: [] });
  if (first.kind !== "done" || first.outcome !== "changed") throw new Error(`the bucket was ${JSON.stringify(first)}`);
  const repair = counted(one.made.splice(0));
  // The look after it closes what the repair opened; those that follow are a sweep's.
  await reconcile(one.ports, work);
  one.made.length = 0;
  const second = await reconcile(one.ports, work);
  if (second.kind !== "done" || second.outcome !== "left alone") throw new Error("the bucket needs another look");
  return { repair, calm: counted(one.made) };
}

// --- internal ---

function counted(made: readonly string[]): LookCalls {
  const counts: Record<string, number> = {};
  for (const name of made) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
