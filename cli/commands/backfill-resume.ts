import { moveLastBackfill } from "../backfill-run/move-last-backfill.ts";
import { backfillShape } from "../backfill-run/show-backfill.ts";
import { command } from "../line/command.ts";

export const backfillResume = command({
  name: "resume",
  description: "Has a backfill of a bucket go on that was paused, or that failed: from where it was.",
  args: { bucket: { type: "positional", required: true, description: "the bucket" } },
  examples: [["backfill resume invoices", "by the stage's backfill role"]],
  json: backfillShape,
  run: (args, out) =>
    moveLastBackfill(args, out, { to: "resume", from: ["paused", "failed"], shows: ["listing", "running", "done"] }),
});
