import { listAlarms } from "#aws/ledger/integrity-alarms";
import { readPointer } from "#aws/policy/table";
import { readPause } from "#aws/ssm/pause";
import { safe } from "#core/safe";
import { command } from "../line/command.ts";
import { openSession } from "../stage/session.ts";
import { findStage } from "../stage/stage.ts";
import { told } from "../stage/stored-policy.ts";

export const status = command({
  name: "status",
  description:
    "Shows a deployed stage: where it is, which policy is in force, whether writes are paused, which integrity alarms are open.",
  args: {},
  examples: [["status --json", "for machines"]],
  json: `{ stage, region, account, policy: { version: number, rules: number, sha256, by, at } | null,
  writes: "allowed" | "paused" | "unknown", paused: string | null,
  alarms: { bucket, at, what }[] }   // open integrity alarms: nothing is written to those buckets' objects`,
  notes: [
    "Exit codes: 0 writes are allowed and no integrity alarm is open, 2 paused or one is, 1 an error, or it could not be told.",
  ],
  run: async (args, out) => {
    const session = await openSession(args);
    const { stage, policyTable, ledgerTable, pauseParameter } = await findStage(session, args);
    const { account } = await session.identity();
    const { region } = session;
    const dynamodb = await session.dynamodb();
    const [pointer, pause, found] = await Promise.all([
      readPointer({ dynamodb, table: policyTable }),
      readPause(await session.ssm(), pauseParameter),
      listAlarms({ dynamodb, table: ledgerTable }, { account, region }),
    ]);
    const paused = pause.known ? pause.value : `could not be read: ${pause.error.name}`;
    const writes = !pause.known ? "unknown" : pause.value === null ? "allowed" : "paused";
    const alarms = found.flatMap(({ bucket, at, what, cleared }) => (cleared === null ? [{ bucket, at, what }] : []));
    out.line(`stage    ${safe(stage)} in ${region}, account ${account}`);
    out.line(`policy   ${pointer ? `${told(pointer)}, ${pointer.rules} rules` : "nothing was pushed yet"}`);
    out.line(
      `writes   ${out.paint(writes === "allowed" ? "green" : "red", paused === null ? "allowed" : safe(paused))}`,
    );
    for (const { bucket, at } of alarms) {
      const text = `since ${safe(at)} nothing is written to objects of ${safe(bucket)}: bucketseal alarm list`;
      out.line(`alarm    ${out.paint("red", text)}`);
    }
    out.document({ stage, region, account, policy: pointer, writes, paused, alarms });
    if (writes === "unknown") return 1;
    return writes === "allowed" && alarms.length === 0 ? 0 : 2;
  },
});
