import { readAccount, saveAccount } from "#aws/members/accounts";
import type { AccountRecord } from "#core/org/account-record";
import { logger, metrics } from "../runtime/telemetry.ts";
import type { SweepShared } from "../sweep/shared.ts";

/** Keeps whether the hub can act in an account, and since when, if that changed. */
export async function noteEnrolment(
  { ledger, clock, org }: SweepShared,
  account: string,
  now: Pick<AccountRecord, "enrolment" | "why"> & Partial<Pick<AccountRecord, "name" | "state" | "tried">>,
  known?: AccountRecord | null,
): Promise<void> {
  const before = known === undefined ? await readAccount(ledger, account) : known;
  const isSame = Object.entries(now).every(([name, value]) => before?.[name as keyof AccountRecord] === value);
  if (isSame || org === null) return;
  const since = new Date(clock.now()).toISOString();
  await saveAccount(ledger, account, { ...now, ...(now.enrolment === before?.enrolment ? {} : { since }) });
  logger.info("an account's enrolment changed", { account, enrolment: now.enrolment, why: now.why });
  if (now.enrolment !== "enrolled") metrics.addMetric("AccountsNotReached", "Count", 1);
}
