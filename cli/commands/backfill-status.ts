import { safe } from "#core/safe";
import { exitOfBackfill, followBackfill } from "../backfill-run/follow-backfill.ts";
import { backfillDocument, backfillShape, printBackfill } from "../backfill-run/show-backfill.ts";
import { openBackfills } from "../backfill-run/stage-backfills.ts";
import { findBucket } from "../buckets/buckets.ts";
import { CliError } from "../error.ts";
import { printWindows, windowShape } from "../history/drift-windows.ts";
import { command } from "../line/command.ts";
import { openSession } from "../stage/session.ts";
import { findStage } from "../stage/stage.ts";

export const backfillStatus = command({
  name: "status",
  description:
    "Shows a bucket's last backfill by a deployed stage: how far it is, and what it found; and its windows of drift.",
  args: {
    bucket: { type: "positional", required: true, description: "the bucket" },
    watch: { type: "boolean", description: "follow it to its end; Ctrl-C leaves it going" },
  },
  examples: [
    ["backfill status invoices", "how far it is"],
    ["backfill status invoices --watch", "with rate and time left, until it is over"],
  ],
  json: `${backfillShape}
with windows: ${windowShape}[]`,
  notes: [
    "A window is a time in which objects may have been written otherwise than declared; open: a person has to start its backfill.",
    "Exit codes: 0 shown; with --watch: 0 every object is as declared, 2 some are not or it was not finished, 1 an error, such as an object that could not be read.",
  ],
  run: async (args, out) => {
    const session = await openSession(args);
    const backfills = await openBackfills(session, await findStage(session, args));
    const ref = await findBucket(session, args.bucket);
    const last = await backfills.last(ref);
    if (last === null) {
      throw new CliError(`the bucket "${safe(ref.bucket)}" has had no backfill`, { code: "no-backfill" });
    }
    const shown = args.watch === true ? await followBackfill(backfills, last, out) : last;
    const windows = await backfills.windows(ref);
    printBackfill(shown, out);
    printWindows(windows, out);
    out.document({ ...backfillDocument(shown), windows });
    return args.watch === true ? exitOfBackfill(shown) : 0;
  },
});
