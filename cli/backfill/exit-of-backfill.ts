import type { LocalBackfill } from "../backfill-run/work-locally.ts";
import type { ExitCode } from "../line/command.ts";
import type { BackfillPlan } from "./plan-bucket-objects.ts";

/** 0: every object is as declared; unreadable outweighs differences, as for buckets. */
export function exitOfPlans(plans: readonly BackfillPlan[]): ExitCode {
  const some = (...names: (keyof BackfillPlan["tally"]["todo"])[]) =>
    plans.some(({ tally }) => names.some((name) => tally.todo[name] !== undefined));
  if (some("unreadable", "failed")) return 1;
  return some("update", "copy", "copyLarge", "held", "contested", "reported") ? 2 : 0;
}

/** As `apply`: 1 where a write failed or is not verified, 2 where differences remain. */
export function exitOfLocal(done: readonly LocalBackfill[]): ExitCode {
  const some = (...names: string[]) =>
    done.some(({ counts }) => names.some((name) => counts.outcomes[name] !== undefined));
  if (done.some(({ isStopped }) => isStopped)) return 130;
  if (some("failed", "unreadable")) return 1;
  return some("held", "superseded", "reported", "contested") ? 2 : 0;
}
