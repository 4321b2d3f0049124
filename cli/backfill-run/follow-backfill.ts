import { setTimeout as sleep } from "node:timers/promises";
import { type Backfill, type BackfillState, isOpen } from "#core/backfill/backfill";
import type { BucketRef } from "#core/names";
import { CliError } from "../error.ts";
import type { ExitCode } from "../line/command.ts";
import { type Meter, startMeter } from "../terminal/meter.ts";
import type { Output } from "../terminal/output.ts";
import type { StageBackfills } from "./stage-backfills.ts";

/**
 * Waits until a bucket's last backfill is as asked.
 * @throws CliError if it is not within a minute
 */
export async function awaitBackfill(
  backfills: StageBackfills,
  ref: BucketRef,
  isAsAsked: (last: Backfill) => boolean,
): Promise<Backfill> {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(EVERY)) {
    const last = await backfills.last(ref);
    if (last !== null && isAsAsked(last)) return last;
  }
  throw new CliError("nobody took the message within a minute: is the backfill function running? (docs/runbook.md)", {
    code: "not-started",
  });
}

/** Follows a backfill to its end, or until somebody pauses it. Ctrl-C leaves it going. */
export async function followBackfill(backfills: StageBackfills, begun: Backfill, out: Output): Promise<Backfill> {
  const meter: Meter = startMeter(`${begun.ref.bucket}:`, out);
  let shown = 0;
  try {
    for (let now = begun; ; await sleep(EVERY)) {
      const last = await backfills.last(begun.ref);
      if (last?.id === begun.id) now = last;
      meter.total(now.isListed ? now.listed : null);
      for (; shown < now.counts.looked; shown++) meter.tick();
      if (!isOpen(now) || now.state === "paused") return now;
    }
  } finally {
    meter.end();
  }
}

/** As for work done from here: 1 failed, 2 something is left. */
export function exitOfBackfill({ state, counts: { outcomes } }: Backfill): ExitCode {
  const some = (...names: string[]) => names.some((name) => outcomes[name] !== undefined);
  if (state === "failed" || some("failed", "unreadable")) return 1;
  return UNFINISHED.has(state) || some("held", "superseded", "reported", "contested") ? 2 : 0;
}

// --- internal ---

const PATIENCE = 60_000;
const EVERY = 300;
const UNFINISHED: ReadonlySet<BackfillState> = new Set(["cancelled", "paused"]);
