import { readAccount } from "#aws/members/accounts";
import type { StartMessage } from "#core/sweep/messages";
import { NOT_ENROLLED } from "../member/sessions.ts";
import { beginRun } from "../sweep/begin-run.ts";
import type { Delivery } from "../sweep/delivery.ts";
import type { SweepShared } from "../sweep/shared.ts";
import { noteEnrolment } from "./enrolment.ts";
import type { SweepOrg } from "./organization.ts";
import { inPlace } from "./places.ts";
import { reached } from "./reached.ts";

/**
 * Begins a run over the buckets of a member account in all covered Regions, if its role can be
 * assumed; if not, that is recorded, for the report. The message of the organization's sweep counts
 * as the one that started it, so that it begins one run however often it is delivered.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function startMember(
  shared: SweepShared,
  org: SweepOrg,
  message: StartMessage & { readonly account: string; readonly origin: string },
  delivery: Delivery,
): Promise<void> {
  const { account, origin } = message;
  const session = await reached(account, () => org.sessions.of(account));
  const record = await readAccount(shared.ledger, account);
  // An account that a person names may be new to us; the others were listed with their names.
  const described = session.known && record?.name != null ? null : await org.directory.account(account);
  const said = described?.known === true && described.value !== null ? described.value : null;
  const called = said === null ? {} : { name: said.name, state: said.state };
  if (!session.known) {
    const state = said?.state ?? null;
    const isOut = state !== null && state !== "ACTIVE";
    const isMissing = session.error.name === NOT_ENROLLED;
    const enrolment = isOut ? "suspended" : isMissing ? "not enrolled" : "unreachable";
    const why = isOut ? `the account is ${state}` : session.error.message;
    return noteEnrolment(shared, account, { ...called, enrolment, why, tried: origin }, record);
  }
  await noteEnrolment(shared, account, { ...called, enrolment: "enrolled", why: null }, record);
  await beginRun(inPlace(shared, { account }), message, { ...delivery, messageId: origin });
}
