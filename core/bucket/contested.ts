import { dangerOf } from "#core/decide/danger";
import { type Plan, withReasons } from "#core/decide/plan";
import { callerOf } from "#core/event/caller";
import { contestedReason, forbids } from "#core/ledger/breaker";
import { actorsOf } from "#core/ledger/fold";
import type { Reason } from "#core/reason/reason";
import type { Ports } from "./ports.ts";
import { type Entry, entry } from "./step.ts";
import type { Survey } from "./survey.ts";

/**
 * The result of a look whose write the breaker forbids; `null`: it does not, `closed`: it would,
 * but a person has closed it. It is asked last, when nothing else prevents the write.
 *
 * @param plan - what would be written
 */
export async function contested(
  { now, role, resumed }: Pick<Ports, "now" | "role" | "resumed">,
  { look }: Survey,
  plan: Plan,
): Promise<Entry | "closed" | null> {
  const { state, limits, trigger, ref } = look;
  const name = trigger === null ? null : callerOf(trigger);
  const others = actorsOf(state.folded ?? [], limits.breaker.within, now());
  const theirs = [...new Set([...(name === null ? [] : [name]), ...others])];
  const stopped = forbids(state, { now: now(), limits: limits.breaker, theirs, ours: role(ref) });
  if (stopped === null) return null;
  // Asked only now, so that it costs nothing where nobody fights.
  const opened = Date.parse(stopped.openedAt);
  const closed = opened < now() ? await resumed(ref) : null;
  if (closed !== null && Date.parse(closed) > opened) return "closed";
  const isDangerous = dangerOf(plan.before, plan.after, ref.account) > 0;
  const reasons = [contestedReason(stopped), ...(isDangerous ? [LEFT] : [])];
  return entry({ ...look, stopped }, { outcome: "contested", plan: withReasons(plan, reasons) });
}

// --- internal ---

const LEFT: Reason = {
  code: "left-unrepaired",
  text: "until then, objects written to the bucket are not encrypted as declared",
};
