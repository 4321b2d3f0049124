import { randomUUID } from "node:crypto";
import { readState, saveState } from "#aws/ledger/bucket-state";
import type { Table } from "#aws/table";
import { dueOf } from "#core/ledger/due";
import { isInOtherHands } from "#core/ledger/lease";
import { type Restoration, withRestored } from "#core/ledger/restored";
import type { BucketState, Restored } from "#core/ledger/state";
import type { BucketRef } from "#core/names";
import { safe } from "#core/safe";
import { CliError } from "../error.ts";

/**
 * The ledger as a rollback writes it: `read` with the caller's own rights, `written` as the
 * operator role.
 */
export interface RestoringLedger {
  readonly read: Table;
  readonly written: Table;
  readonly ref: BucketRef;
}

/**
 * Exempts what is about to be restored, so that no look repairs it before its history is written.
 * @throws CliError if a look is writing the bucket right now
 */
export async function exempt(ledger: RestoringLedger, restored: Restored | null): Promise<void> {
  await change(ledger, (state) => {
    const next = { ...state, exemptUntil: restored };
    return { state: { ...next, due: dueOf(next) } };
  });
}

/** Writes what was restored: the bucket's state, its alert and the entry of its history. */
export async function keepRestored(ledger: RestoringLedger, what: Restoration, days: number): Promise<void> {
  await change(ledger, (state) => {
    const { state: next, entry } = withRestored(state, what);
    return { state: next, kept: { entry, days } };
  });
}

// --- internal ---

/** How often a change is begun anew because a look changed the state meanwhile. */
const ATTEMPTS = 5;

type Change = { readonly state: BucketState; readonly kept?: Parameters<typeof saveState>[3] };

async function change({ read, written, ref }: RestoringLedger, next: (state: BucketState) => Change): Promise<void> {
  const owner = randomUUID();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const state = await readState(read, ref);
    if (isInOtherHands(state, owner, Date.now())) break;
    const { state: changed, kept = null } = next(state);
    if ((await saveState(written, ref, changed, kept)) !== null) return;
  }
  throw new CliError(`a look at "${safe(ref.bucket)}" is under way: try again in a minute`, { code: "conflict" });
}
