import { readPause, writePause } from "#aws/ssm/pause";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";
import { command } from "../line/command.ts";
import { openSession } from "../session/session.ts";
import { findStage } from "../stage/stage.ts";

/**
 * Parameter Store limits a value to 4 KB.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html
 */
const MAX_REASON = 1_000;

export const pause = command({
  name: "pause",
  description: "Pauses all changes by a deployed stage (effective within 10 s). Detection and alerts continue.",
  args: {
    reason: { type: "string", valueHint: "TEXT", description: "why; shown in status, alerts and refused writes" },
  },
  examples: [['pause --reason "incident 4711"', "until bucketseal resume"]],
  json: "{ stage, paused: true, by, at, reason: string | null, before: string | null }   // before: why writes were already paused",
  run: async (args, out) => {
    const reason = args.reason?.trim() || null;
    if (reason !== null && reason.length > MAX_REASON) {
      throw new CliError(`--reason may be ${MAX_REASON} characters long at most`, { code: "usage" });
    }
    const session = await openSession(args);
    const { stage, pauseParameter } = await findStage(session, args);
    const [{ arn }, before] = await Promise.all([session.identity(), readPause(await session.ssm(), pauseParameter)]);
    const at = new Date().toISOString();
    // Parameter Store reads {{ as a reference to another parameter and rejects it.
    const why = reason === null ? "" : `: ${reason.replaceAll("{{", "{ {")}`;
    await writePause(await session.ssm(), pauseParameter, `by ${arn} at ${at}${why}`);
    const earlier = before.known ? before.value : null;
    if (earlier !== null) out.line(`before: ${safe(earlier)}`);
    out.line(`stage ${safe(stage)}: PAUSED by ${safe(arn)} at ${at}${safe(why)}`);
    out.line("functions stop writing within ten seconds; to resume: bucketseal resume");
    out.document({ stage, paused: true, by: arn, at, reason, before: earlier });
    return 0;
  },
});
