import type { AccountRecord } from "#core/org/account-record";
import { counted } from "#core/sweep/counts";
import { withKinds } from "../accounts/account-kinds.ts";
import { accountRecordShape, printAccountTable } from "../accounts/account-table.ts";
import { whichAccountsArgs } from "../accounts/args.ts";
import { openPlaces, recordsOf } from "../accounts/open-places.ts";
import { command } from "../line/command.ts";
import { hubOnly } from "../org/hub-only.ts";
import { plural } from "../terminal/plural.ts";

export const orgStatus = command({
  name: "status",
  description:
    "Shows the accounts of a hub's organization: whether each is enrolled, its last event, its last sweep and what that found, and the Regions that it has not opted in to.",
  args: whichAccountsArgs,
  examples: [
    ["org status", "all accounts that the hub knows"],
    ["org status --account 111122223333 --json", "one, for scripts"],
  ],
  json: `{ stage, region, account, organization: string | null, regions: string[],
  summary: { accounts, enrolled, notEnrolled, unreachable, suspended, notKnown: number }, accounts: Account[] }
Account: ${accountRecordShape}
Counts: { ${counted.join(", ")}: number }`,
  notes: [
    "A sweep finds out which accounts are enrolled; an event is noted after ten minutes at most.",
    "The hub's own account needs a member stack only for its other Regions; StackSets never reach the management account.",
    "Exit codes: 0 every account that is not suspended is enrolled, 2 some are not, cannot be reached, or nothing is known of them, 1 an error.",
  ],
  run: async (args, out) => {
    const { deployment, ledger, session, account, places } = await openPlaces(args, out);
    hubOnly(deployment);
    const { stage, organizationId, regions } = deployment;
    const records = await withKinds(await recordsOf(ledger, places), deployment, session);
    const summary = summaryOf(records);
    if (records.length === 0) out.line("nothing is known of any account yet: bucketseal sweep --all-accounts");
    else printAccountTable(records, Date.now(), out);
    if (records.length > 0) out.line();
    const { notEnrolled, unreachable, suspended, notKnown } = summary;
    const parts = [
      `${summary.enrolled} enrolled`,
      ...(notEnrolled > 0 ? [`${notEnrolled} not enrolled`] : []),
      ...(unreachable > 0 ? [`${unreachable} unreachable`] : []),
      ...(suspended > 0 ? [`${suspended} suspended`] : []),
      ...(notKnown > 0 ? [`${notKnown} not known`] : []),
    ];
    if (records.length > 0) out.line(`${plural(records.length, "account")}: ${parts.join(", ")}`);
    out.document({
      stage,
      region: session.region,
      account,
      organization: organizationId ?? null,
      regions: regions?.split(",") ?? [],
      summary,
      accounts: records,
    });
    return records.length > 0 && notEnrolled + unreachable + notKnown === 0 ? 0 : 2;
  },
});

// --- internal ---

function summaryOf(records: readonly AccountRecord[]) {
  const count = (enrolment: AccountRecord["enrolment"]) =>
    records.filter((record) => record.enrolment === enrolment).length;
  return {
    accounts: records.length,
    enrolled: count("enrolled"),
    notEnrolled: count("not enrolled"),
    unreachable: count("unreachable"),
    suspended: count("suspended"),
    notKnown: count(null),
  };
}
