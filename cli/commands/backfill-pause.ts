import { moveLastBackfill } from "../backfill-run/move-last-backfill.ts";
import { backfillShape } from "../backfill-run/show-backfill.ts";
import { command } from "../line/command.ts";

export const backfillPause = command({
  name: "pause",
  description: "Has a bucket's backfill stop for now: what is begun is finished, and resume goes on with the rest.",
  args: { bucket: { type: "positional", required: true, description: "the bucket" } },
  examples: [["backfill pause invoices", "by the stage's backfill role"]],
  json: backfillShape,
  run: (args, out) => moveLastBackfill(args, out, { to: "pause", from: ["listing", "running"], shows: ["paused"] }),
});
