import { dueBackfill } from "#core/backfill/due";
import type { Plan } from "#core/decide/plan";
import type { BucketRef } from "#core/names";
import type { BucketShared } from "./shared.ts";

/**
 * Asks for the backfill of a bucket that a sweep has looked at, where the rule's time for it has
 * come. The backfill function begins it once, however often that is asked for.
 * @throws RetryableError where the message could not be sent.
 */
export async function askForDue({ ports }: Pick<BucketShared, "ports">, ref: BucketRef, plan: Plan): Promise<void> {
  const { backfills } = ports;
  if (backfills?.reach(ref) !== true) return;
  const { policy } = await ports.policy();
  const rule = policy.policy.rules.find(({ id }) => id === plan.rule);
  const due = rule === undefined ? null : dueBackfill(ref, plan, rule, ports.now());
  if (due !== null) await backfills.ask(ref, due.window, due.versions);
}
