import { clearAlarm } from "#aws/ledger/integrity-alarms";
import { safe } from "#core/safe";
import { accountsArgs } from "../accounts/args.ts";
import { ledgerNote } from "../accounts/ledger-note.ts";
import { openPlaces } from "../accounts/open-places.ts";
import { type PlacedAlarm, placedAlarms } from "../accounts/placed-alarms.ts";
import { CliError } from "../error.ts";
import { command } from "../line/command.ts";
import { assumePushRole } from "../stage/push-role.ts";
import { confirm } from "../terminal/confirm.ts";
import { printable } from "../terminal/printable.ts";

export const alarmClear = command({
  name: "clear",
  description: "Shows a bucket's integrity alarm, asks for confirmation, and allows writes to its objects again.",
  args: {
    bucket: { type: "positional", required: true, description: "the bucket, as given in the alert" },
    yes: { type: "boolean", description: "skip the confirmation" },
    ...accountsArgs,
  },
  examples: [
    ["alarm clear invoices", "once the object has been compared with a backup; asks for confirmation"],
    ["alarm clear wages --all-accounts", "a bucket of a hub's member"],
  ],
  json: "{ stage, bucket, account, region, cleared: boolean, alarm: { at, what }, by, at: string | null }   // at: null if not confirmed",
  notes: [
    "Uses the stage's push role, which you must be allowed to assume. Who cleared the alarm, and when, is recorded.",
    ledgerNote,
    "Exit codes: 0 cleared, 1 an error (such as no open alarm for that bucket), or not confirmed.",
  ],
  run: async (args, out) => {
    const { session, deployment, ledger, places } = await openPlaces(args, out);
    const { arn: by } = await session.identity();
    const isHub = deployment.org === "on";
    const where = places.isAsked
      ? "these accounts"
      : `${session.region}${isHub ? " (of members: --all-accounts)" : ""}`;
    const alarm = openAlarm(await placedAlarms(ledger, places), args.bucket, where);
    const { bucket, what, account, region } = alarm;
    const answer = { stage: deployment.stage, bucket, account, region, alarm: { at: alarm.at, what }, by };
    out.line(`bucket   ${safe(bucket)}${places.isAsked ? `  account ${account}  ${safe(region)}` : ""}`);
    out.line(`since    ${safe(alarm.at)}`);
    out.line(`seen     ${printable(what)}`);
    if (!(await confirm("Has the object been checked, and may its bucket be written again?", args.yes === true, out))) {
      out.line("nothing was changed");
      out.document({ ...answer, cleared: false, at: null });
      return 1;
    }
    const at = new Date().toISOString();
    const dynamodb = await assumePushRole(session, deployment);
    if (!(await clearAlarm({ ...ledger, dynamodb }, alarm, alarm, { by, at }))) {
      throw new CliError("nothing was changed: the alarm changed after it was shown; list it again", {
        code: "conflict",
      });
    }
    out.line(`cleared by ${safe(by)} at ${at}: writes to its objects resume with the next batch of events`);
    out.line("objects held in the meantime stay as they are until their next event");
    out.document({ ...answer, cleared: true, at });
    return 0;
  },
});

// --- internal ---

/** A bucket's name may have been another account's before: the alarm that is open counts. */
function openAlarm(alarms: readonly PlacedAlarm[], bucket: string, where: string): PlacedAlarm {
  const found = alarms.find((alarm) => alarm.bucket === bucket);
  if (found?.cleared === null) return found;
  if (found !== undefined) {
    const { by, at } = found.cleared;
    throw new CliError(`the alarm of "${safe(bucket)}" is not open: ${safe(by)} cleared it at ${safe(at)}`, {
      code: "no-alarm",
    });
  }
  const open = alarms.filter(({ cleared }) => cleared === null).map((alarm) => safe(alarm.bucket));
  const others = open.length === 0 ? "" : `; open: ${open.slice(0, 10).join(", ")}`;
  throw new CliError(`no open integrity alarm for "${safe(bucket)}" in ${where}${others}`, { code: "no-alarm" });
}
