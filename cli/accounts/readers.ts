import type { GuardedReader } from "#core/guard/reader";
import { openReader } from "../buckets/reader.ts";
import type { Session } from "../session/session.ts";
import type { PolicySource } from "../stage/policy-source.ts";
import type { Doors } from "./enter.ts";

/** The reader of an account that was entered. */
export type ReaderIn = (account: string, session: Session) => GuardedReader;

/**
 * One reader for each account. A key of another account is read through that account's reader if it
 * is one of `ids` and can be entered, so that a central key is asked for once.
 */
export function openReaders(
  home: Session,
  doors: Doors,
  { deployment }: Pick<PolicySource, "deployment">,
  ids: ReadonlySet<string>,
): ReaderIn {
  const readers = new Map<string, GuardedReader>();
  const readerIn: ReaderIn = (account, session) => {
    const reader = readers.get(account) ?? openReader(session, deployment, { home, readerOf });
    readers.set(account, reader);
    return reader;
  };
  const readerOf = async (account: string) => {
    const entry = ids.has(account) ? await doors.enter(account) : null;
    return entry === null || entry.refused !== null ? null : readerIn(account, entry.session);
  };
  return readerIn;
}
