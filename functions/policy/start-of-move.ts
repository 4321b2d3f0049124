import type { PointerMove } from "#core/alert/policy";
import { cut, longest } from "#core/cut";
import type { StartMessage } from "#core/sweep/messages";

/**
 * The message that has the buckets looked at which a move of the pointer concerns; `null`: it is
 * none.
 */
export function startOfMove(change: PointerMove): StartMessage | null {
  if (change.kind !== "moved" || change.to < 1) return null;
  const by = cut(change.by || "unknown", longest.arn);
  return { schema: "bucketseal.start/1", kind: "push", by, to: change.to, from: change.from ?? 0 };
}
