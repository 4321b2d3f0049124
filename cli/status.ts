import { readPause } from "#aws/pause";
import { readPointer } from "#aws/policy-table";
import { safe } from "#core/safe";
import { command } from "./command.ts";
import { openSession } from "./session.ts";
import { findStage } from "./stage.ts";
import { told } from "./stored-policy.ts";

export const status = command({
  name: "status",
  description: "Shows a deployed stage: where it is, which policy is in force, whether writes are paused.",
  args: {},
  examples: [["status --json", "for machines"]],
  json: `{ stage, region, account, policy: { version: number, rules: number, sha256, by, at } | null,
  writes: "allowed" | "paused" | "unknown", paused: string | null }`,
  notes: ["Exit codes: 0 writes are allowed, 2 paused, 1 an error, or it could not be told."],
  run: async (args, out) => {
    const session = await openSession(args);
    const { stage, policyTable, pauseParameter } = await findStage(session, args);
    const [{ account }, pointer, pause] = await Promise.all([
      session.identity(),
      readPointer(await session.dynamodb(), policyTable),
      readPause(await session.ssm(), pauseParameter),
    ]);
    const paused = pause.known ? pause.value : `could not be read: ${pause.error.name}`;
    const writes = !pause.known ? "unknown" : pause.value === null ? "allowed" : "paused";
    out.line(`stage    ${safe(stage)} in ${session.region}, account ${account}`);
    out.line(`policy   ${pointer ? `${told(pointer)}, ${pointer.rules} rules` : "nothing was pushed yet"}`);
    out.line(
      `writes   ${out.paint(writes === "allowed" ? "green" : "red", paused === null ? "allowed" : safe(paused))}`,
    );
    out.document({ stage, region: session.region, account, policy: pointer, writes, paused });
    return writes === "allowed" ? 0 : writes === "paused" ? 2 : 1;
  },
});
