import { listAlarms } from "#aws/ledger/integrity-alarms";
import { safe } from "#core/safe";
import { command } from "../line/command.ts";
import { openSession } from "../stage/session.ts";
import { findStage } from "../stage/stage.ts";
import { printable } from "../terminal/printable.ts";

export const alarmList = command({
  name: "list",
  description:
    "Lists the integrity alarms of a deployed stage, open ones first. An open alarm blocks writes to the bucket's objects.",
  args: {},
  examples: [["alarm list", "bucket, since when, what was detected, who cleared it"]],
  json: "{ stage, open: number, alarms: { bucket, at, what, cleared: { by, at } | null }[] }",
  notes: ["Exit codes: 0 no open alarm, 2 at least one open alarm, 1 an error."],
  run: async (args, out) => {
    const session = await openSession(args);
    const { stage, ledgerTable } = await findStage(session, args);
    const { account } = await session.identity();
    const found = await listAlarms(
      { dynamodb: await session.dynamodb(), table: ledgerTable },
      { account, region: session.region },
    );
    const open = found.filter(({ cleared }) => cleared === null);
    const alarms = [...open, ...found.filter(({ cleared }) => cleared !== null)];
    for (const { bucket, at, what, cleared } of alarms) {
      const standing =
        cleared === null ? out.paint("red", "open") : `cleared by ${safe(cleared.by)} at ${safe(cleared.at)}`;
      out.line(`${out.paint("bold", safe(bucket))}  since ${safe(at)}  ${standing}`);
      out.line(`    ${printable(what)}`);
    }
    if (alarms.length === 0) out.line(`stage ${safe(stage)}: no integrity alarms`);
    out.document({ stage, open: open.length, alarms });
    return open.length === 0 ? 0 : 2;
  },
});
