import type { Session } from "../session/session.ts";
import type { PolicySource } from "../stage/policy-source.ts";
import type { Output } from "../terminal/output.ts";
import type { AskedAccounts } from "./args.ts";
import { type ChosenAccounts, chooseAccounts, noteInactive } from "./choose.ts";
import { type Doors, demandRole, openDoors } from "./enter.ts";
import { openReaders, type ReaderIn } from "./readers.ts";

/** The accounts of a run, and the ways into them. */
export interface OpenAccounts {
  /** The caller's own. */
  readonly session: Session;
  readonly chosen: ChosenAccounts;
  readonly doors: Doors;
  readonly readerIn: ReaderIn;
}

/**
 * Chooses the accounts and opens the way into them; none is entered yet.
 * @throws CliError if the caller's credentials are worth nothing, Organizations does not answer, or
 *   a role is missing
 */
export async function openAccounts(
  session: Session,
  source: PolicySource,
  asked: AskedAccounts,
  out: Output,
): Promise<OpenAccounts> {
  await session.identity();
  const chosen = await chooseAccounts(session, asked);
  const ids = chosen.accounts.map(({ id }) => id);
  await demandRole(session, asked, ids);
  noteInactive(chosen, out);
  const doors = openDoors(session, asked);
  return { session, chosen, doors, readerIn: openReaders(session, doors, source, new Set(ids)) };
}
