import { safe } from "#core/safe";
import { accountsArgs } from "../accounts/args.ts";
import { ledgerNote } from "../accounts/ledger-note.ts";
import { openPlaces } from "../accounts/open-places.ts";
import { placedAlarms } from "../accounts/placed-alarms.ts";
import { command } from "../line/command.ts";
import { printable } from "../terminal/printable.ts";

export const alarmList = command({
  name: "list",
  description:
    "Lists the integrity alarms of a deployed stage, open ones first. An open alarm blocks writes to the bucket's objects.",
  args: accountsArgs,
  examples: [
    ["alarm list", "bucket, since when, what was detected, who cleared it"],
    ["alarm list --all-accounts", "of a hub's members, too"],
  ],
  json: "{ stage, open: number, alarms: { bucket, account, region, at, what, cleared: { by, at } | null }[] }",
  notes: [ledgerNote, "Exit codes: 0 no open alarm, 2 at least one open alarm, 1 an error."],
  run: async (args, out) => {
    const { deployment, ledger, places } = await openPlaces(args, out);
    const { stage } = deployment;
    const alarms = await placedAlarms(ledger, places);
    for (const { bucket, account, region, at, what, cleared } of alarms) {
      const standing =
        cleared === null ? out.paint("red", "open") : `cleared by ${safe(cleared.by)} at ${safe(cleared.at)}`;
      const where = places.isAsked ? `  account ${account}  ${safe(region)}` : "";
      out.line(`${out.paint("bold", safe(bucket))}${where}  since ${safe(at)}  ${standing}`);
      out.line(`    ${printable(what)}`);
    }
    if (alarms.length === 0) out.line(`stage ${safe(stage)}: no integrity alarms`);
    const open = alarms.filter(({ cleared }) => cleared === null).length;
    out.document({ stage, open, alarms });
    return open === 0 ? 0 : 2;
  },
});
