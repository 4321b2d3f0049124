import { readAccounts } from "#aws/members/accounts";
import { readStanding, writeStanding } from "#aws/members/standing";
import { buildAccountsAlert } from "#core/alert/accounts";
import type { AccountRecord } from "#core/org/account-record";
import { accountsStanding } from "#core/org/accounts-standing";
import type { ReportMessage } from "#core/sweep/messages";
import { alertId } from "../runtime/alert-id.ts";
import { logger, metrics } from "../runtime/telemetry.ts";
import type { SweepShared } from "../sweep/shared.ts";

/**
 * Tells in one alert which accounts a sweep found otherwise than was told before: not enrolled,
 * unreachable, suspended, Regions that are not opted in. A thousand accounts that lose their role
 * are one alert.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function reportAccounts(shared: SweepShared, { origin }: ReportMessage): Promise<void> {
  const { ledger, home, clock } = shared;
  const records: AccountRecord[] = [];
  for await (const record of readAccounts(ledger)) records.push(record);
  const { standing, changed } = accountsStanding(records, await readStanding(ledger));
  const reached = records.filter(({ enrolment }) => enrolment === "enrolled").length;
  metrics.addMetric("AccountsEnrolled", "Count", reached);
  metrics.addMetric("AccountsNotEnrolled", "Count", records.length - reached);
  logger.info("accounts of the organization", { accounts: records.length, reached, changed: changed.length });
  if (changed.length === 0) return;
  const id = alertId("accounts", origin, JSON.stringify(standing));
  await shared.publish(buildAccountsAlert({ id, now: clock.now(), ref: home, records, changed }));
  await writeStanding(ledger, standing);
}
