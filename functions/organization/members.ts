import { readAccounts } from "#aws/members/accounts";
import type { OrgAccount } from "#aws/organizations/accounts";
import { sendBodies } from "#aws/sqs/queue";
import type { AccountRecord } from "#core/org/account-record";
import { RetryableError } from "#core/retryable";
import type { MembersMessage, StartMessage } from "#core/sweep/messages";
import { logger } from "../runtime/telemetry.ts";
import type { SweepShared } from "../sweep/shared.ts";
import { noteEnrolment } from "./enrolment.ts";
import type { SweepOrg } from "./organization.ts";
import { coveredRegions } from "./places.ts";

/**
 * Starts a run in each account of the organization, and has what changed about the accounts told
 * later. Accounts that are suspended or closed are left out, and recorded as such. Sent twice, the
 * starts make one run an account, since they have one origin.
 * @throws RetryableError on throttling, 5xx and timeouts, and where SQS did not take all.
 */
export async function startMembers(shared: SweepShared, org: SweepOrg, message: MembersMessage): Promise<void> {
  const { ledger, clients, settings, scope } = shared;
  const { origin, by } = message;
  const known = new Map<string, AccountRecord>();
  for await (const record of readAccounts(ledger)) known.set(record.account, record);
  const { listed, isWhole } = await accountsOf(org, known);
  const starts: { readonly body: string; readonly hops: number; readonly group: string }[] = [];
  for (const { id: account, name, state } of listed) {
    const record = known.get(account) ?? null;
    known.delete(account);
    if (state !== null && state !== "ACTIVE") {
      const out = { enrolment: "suspended", why: `the account is ${state}`, name, state, tried: origin } as const;
      await noteEnrolment(shared, account, out, record);
    } else if (coveredRegions(account, scope, org.settings).length > 0) {
      const { enrolment = null, why = null } = record ?? {};
      const told = enrolment === "suspended" ? { enrolment: null, why: null } : { enrolment, why };
      await noteEnrolment(shared, account, { ...told, name, state }, record);
      const start: StartMessage = { schema: "bucketseal.start/1", kind: "sweep", by, account, origin };
      starts.push({ body: JSON.stringify(start), hops: 1, group: account });
    }
  }
  for (const left of isWhole ? known.values() : []) {
    await noteEnrolment(shared, left.account, { ...LEFT, tried: origin }, left);
  }
  const failed = await sendBodies(clients.sqs, settings.QUEUE_URL, starts);
  logger.info("members are swept", { accounts: starts.length, listed: listed.length, isWhole });
  if (failed.length > 0) throw new RetryableError(`SQS did not take ${failed.length} of ${starts.length} starts`);
  await shared.later({ schema: "bucketseal.report/1", origin }, REPORT_AFTER, 1);
}

// --- internal ---

/** Seconds until the accounts' roles have been tried. */
const REPORT_AFTER = 900;

const LEFT = { enrolment: "not enrolled", why: "it is none of the accounts that are looked after any more" } as const;

/** Where nobody says which accounts there are, those that were heard of are swept. */
async function accountsOf(
  { directory }: SweepOrg,
  known: ReadonlyMap<string, AccountRecord>,
): Promise<{ readonly listed: readonly OrgAccount[]; readonly isWhole: boolean }> {
  const found = await directory.accounts();
  if (found.known) return { listed: found.value, isWhole: true };
  logger.warn("the accounts of the organization could not be listed", { cause: found.error.message });
  const listed = [...known.values()].map(({ account: id, name, state }) => ({ id, name, state }));
  return { listed, isWhole: false };
}
