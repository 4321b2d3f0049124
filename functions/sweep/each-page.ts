import { moveRun } from "#aws/runs/runs";
import type { NamesMessage } from "#core/sweep/messages";
import type { Run } from "#core/sweep/run";
import { nextHop } from "../queue/hops.ts";
import { type Delivery, TO_END } from "./delivery.ts";
import type { SweepShared } from "./shared.ts";

/**
 * Works through the pages of a list for as long as there is time. Returns whether that was all of
 * them; the rest is a message of its own. After each page the run is touched, so that nobody takes
 * it for dead.
 * @param work - works on the page at a token, and returns where the next one begins
 * @throws RetryableError on throttling, 5xx and timeouts; TooManyHops.
 */
export async function eachPage(
  { ledger, scope, clock, later }: SweepShared,
  run: Pick<Run, "id">,
  message: NamesMessage,
  delivery: Delivery,
  work: (token: string | null) => Promise<string | null>,
): Promise<boolean> {
  let { token } = message;
  do {
    token = await work(token);
    if (token === null) return true;
    await moveRun(ledger, scope, run.id, { from: ["listing"], to: "listing", now: clock.now() });
  } while (clock.now() < delivery.deadline - TO_END);
  await later({ ...message, token }, 0, nextHop(delivery.hops, "names left to list"));
  return false;
}
