import { isRetryable, messageOf, RetryableError } from "#aws/error";
import { releaseCurrent } from "#aws/runs/pointers";
import { moveRun } from "#aws/runs/runs";
import type { SweepMessage } from "#core/sweep/messages";
import type { Delivery } from "../sweep/delivery.ts";
import type { SweepShared } from "../sweep/shared.ts";
import { noteEnrolment } from "./enrolment.ts";
import { inPlace } from "./places.ts";

/** A call to a member that failed: its account is not reached, whatever else goes well. */
export class Unreached extends Error {
  override readonly name = "Unreached";
  readonly account: string;

  constructor(account: string, cause: unknown) {
    super(messageOf(cause), { cause });
    this.account = account;
  }
}

/** Makes a call to a member account; a failure of it is the account's. */
export async function reached<T>(account: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw new Unreached(account, error);
  }
}

/**
 * What becomes of a message that could not reach its account: for the moment it is tried again,
 * then the account is recorded as unreachable, and the next sweep tries anew.
 * @param work - what was to be done: it names the run under way, or the start that was to begin one
 * @throws RetryableError where it is to be tried again.
 */
export async function noteUnreached(
  shared: SweepShared,
  { account, cause, message }: Unreached,
  work: SweepMessage,
  delivery: Delivery,
): Promise<void> {
  if (isRetryable(cause) && delivery.receives < TRIES) throw new RetryableError(message, { cause });
  const tried = "origin" in work && work.origin !== undefined ? { tried: work.origin } : {};
  await noteEnrolment(shared, account, { enrolment: "unreachable", why: message, ...tried });
  if (!("run" in work)) return;
  const { ledger, scope, clock } = inPlace(shared, { account });
  await moveRun(ledger, scope, work.run, { from: ["listing"], to: "superseded", now: clock.now() });
  await releaseCurrent(ledger, scope, { id: work.run, kind: "sweep" });
}

// --- internal ---

/** Receives in which an account is tried, over two or three minutes. */
const TRIES = 6;
