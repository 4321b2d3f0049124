import type { StartMessage } from "#core/sweep/messages";
import { startMember } from "../organization/start-member.ts";
import { beginRun } from "./begin-run.ts";
import type { Delivery } from "./delivery.ts";
import type { SweepShared } from "./shared.ts";

/**
 * Begins what a start asks for: a run at home, one in a member account, or one in each.
 * @throws RetryableError on throttling, 5xx and timeouts.
 */
export async function startRun(shared: SweepShared, message: StartMessage, delivery: Delivery): Promise<void> {
  const { org, home } = shared;
  const { kind, by, account, origin } = message;
  if (kind === "push" || org === null) return beginRun(shared, message, delivery);
  if (origin !== undefined && account !== undefined) {
    return startMember(shared, org, { ...message, account, origin }, delivery);
  }
  const once = { by, origin: delivery.messageId };
  const isEverywhere = account === "all" || (account === undefined && by === "schedule");
  if (isEverywhere) await shared.later({ schema: "bucketseal.members/1", ...once }, 0, 1);
  else if (account !== undefined) await shared.later({ ...message, account, ...once }, 0, 1);
  const isAtHome = isEverywhere || account === undefined || account === home.account;
  if (isAtHome) await beginRun(shared, message, delivery);
}
