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
  if (!session.known) {
    const described = await org.directory.account(account);
    const state = described.known ? (described.value?.state ?? null) : null;
    const isOut = state !== null && state !== "ACTIVE";
    const isMissing = session.error.name === NOT_ENROLLED;
    return noteEnrolment(shared, account, {
      enrolment: isOut ? "suspended" : isMissing ? "not enrolled" : "unreachable",
      why: isOut ? `the account is ${state}` : session.error.message,
    });
  }
  await noteEnrolment(shared, account, { enrolment: "enrolled", why: null });
  await beginRun(inPlace(shared, { account }), message, { ...delivery, messageId: origin });
}
