import { readPause, writePause } from "#aws/ssm/pause";
import { safe } from "#core/safe";
import { resumeMessage } from "#core/sweep/messages";
import { accountsArgs, askedAccounts } from "../accounts/args.ts";
import { ledgerNote } from "../accounts/ledger-note.ts";
import { resumeBucket } from "../buckets/resume-bucket.ts";
import { CliError } from "../error.ts";
import { command } from "../line/command.ts";
import { openSession } from "../session/session.ts";
import { haltedRun } from "../stage/halted-run.ts";
import { sendToSweep } from "../stage/send-to-sweep.ts";
import { findStage } from "../stage/stage.ts";

export const resume = command({
  name: "resume",
  description:
    "Resumes changes by a deployed stage (effective within 10 s) and a push that was halted, or writes to one bucket that were stopped.",
  args: {
    bucket: {
      type: "positional",
      required: false,
      description:
        "a bucket that is contested, or that somebody else's policy protected, to be written again; without one, the whole stage's pause is lifted",
    },
    ...accountsArgs,
  },
  examples: [
    ["resume", "the opposite of bucketseal pause; also once it is clear why a push was halted"],
    ["resume invoices", "once it is settled who sets this bucket's encryption"],
    ["resume wages --account 222233334444", "a bucket of a hub's member"],
  ],
  json: `{ stage, paused: false, by, at, before: string | null, run: string | null }   // before: why writes were paused; run: the halted one
{ stage, bucket, account, region, closed: true, by, at, breaker: { openedAt, until, writes, ours, theirs: string[] } | null }   // with a bucket; null: a write was refused`,
  notes: [
    "With a bucket it uses the stage's push role, which you must be allowed to assume; a pause stays as it is.",
    ledgerNote,
    "A push is halted where more than a fifth of its writes failed or were held. To go on with it takes the stage's start role.",
    "Exit codes: 0 done, 1 an error (such as a bucket whose breaker is not open).",
  ],
  run: async (args, out) => {
    if (args.bucket !== undefined) return resumeBucket(args, args.bucket, out);
    if (askedAccounts(args) !== null) {
      throw new CliError("accounts go with a bucket: a pause holds, and is lifted, everywhere", { code: "usage" });
    }
    const session = await openSession(args);
    const deployment = await findStage(session, args);
    const { stage, pauseParameter } = deployment;
    const [{ arn }, before] = await Promise.all([session.identity(), readPause(await session.ssm(), pauseParameter)]);
    const at = new Date().toISOString();
    const earlier = before.known ? before.value : null;
    if (before.known && earlier === null) {
      out.line(`stage ${safe(stage)}: writes are already allowed`);
    } else {
      await writePause(await session.ssm(), pauseParameter, null);
      if (earlier !== null) out.line(`before: ${safe(earlier)}`);
      out.line(`stage ${safe(stage)}: writes are allowed again, by ${safe(arn)} at ${at}`);
      out.line(
        "buckets reported during the pause stay as they are until their next event or sweep; to repair them now: bucketseal sweep",
      );
      out.line(
        "objects reported during the pause stay as they are until they are written again, or a backfill of their bucket",
      );
    }
    const run = await haltedRun(session, deployment);
    if (run !== null) {
      await sendToSweep(session, deployment, resumeMessage(run.kind, arn));
      out.line(`run ${safe(run.id)} goes on: ${run.done} of ${run.batches} batches are done`);
    }
    out.document({ stage, paused: false, by: arn, at, before: earlier, run: run?.id ?? null });
    return 0;
  },
});
