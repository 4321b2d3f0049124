import { readPause, writePause } from "#aws/ssm/pause";
import { safe } from "#core/safe";
import { command } from "../line/command.ts";
import { openSession } from "../stage/session.ts";
import { findStage } from "../stage/stage.ts";

export const resume = command({
  name: "resume",
  description: "Allows the writes of a deployed stage again, within ten seconds.",
  args: {},
  examples: [["resume", "the opposite of bucketseal pause"]],
  json: "{ stage, paused: false, by, at, before: string | null }   // before: why they were paused",
  run: async (args, out) => {
    const session = await openSession(args);
    const { stage, pauseParameter } = await findStage(session, args);
    const [{ arn }, before] = await Promise.all([session.identity(), readPause(await session.ssm(), pauseParameter)]);
    const at = new Date().toISOString();
    const earlier = before.known ? before.value : null;
    if (before.known && earlier === null) {
      out.line(`stage ${safe(stage)}: writes are allowed already`);
    } else {
      await writePause(await session.ssm(), pauseParameter, null);
      if (earlier !== null) out.line(`before: ${safe(earlier)}`);
      out.line(`stage ${safe(stage)}: writes are allowed again, by ${safe(arn)} at ${at}`);
      out.line(
        "what was reported while they were paused stays as it is until its next event; repair it with: bucketseal apply",
      );
    }
    out.document({ stage, paused: false, by: arn, at, before: earlier });
    return 0;
  },
});
