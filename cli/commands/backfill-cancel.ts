import { moveLastBackfill } from "../backfill-run/move-last-backfill.ts";
import { backfillShape } from "../backfill-run/show-backfill.ts";
import { command } from "../line/command.ts";

export const backfillCancel = command({
  name: "cancel",
  description: "Ends a bucket's backfill for good; what was re-encrypted stays so.",
  args: { bucket: { type: "positional", required: true, description: "the bucket" } },
  examples: [["backfill cancel invoices", "by the stage's backfill role"]],
  json: backfillShape,
  run: (args, out) =>
    moveLastBackfill(args, out, { to: "cancel", from: ["listing", "running", "paused"], shows: ["cancelled"] }),
});
